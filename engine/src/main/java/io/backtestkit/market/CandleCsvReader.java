package io.backtestkit.market;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads files of one-minute candles; see {@link CandleCsv} for the form. Defaults: gaps are refused, progress is not told.
 * Immutable; each method returns a changed copy. Any thread may use it.
 */
public final class CandleCsvReader {

    private static final int GZIP_BUFFER = 1 << 16;

    private final boolean fillGaps;
    private final Progress progress;

    CandleCsvReader() {
        this(false, (read, total) -> {});
    }

    private CandleCsvReader(boolean fillGaps, Progress progress) {
        this.fillGaps = fillGaps;
        this.progress = progress;
    }

    /** Is told how far the reading is, on the thread that reads. */
    @FunctionalInterface
    public interface Progress {

        /**
         * Notes the progress.
         *
         * @param read the bytes of the file read so far
         * @param total the bytes of the file; 0 if not known, as for a pipe
         */
        void onProgress(long read, long total);
    }

    /**
     * Says whether minutes that are missing are made up: each carries the last close forward, with zero volume. A gap of
     * more than {@value Candles#LONGEST_GAP_MINUTES} minutes is refused all the same.
     */
    public CandleCsvReader fillGaps(boolean fill) {
        return new CandleCsvReader(fill, progress);
    }

    /** Says who is told how far the reading is: some times for each megabyte, and at the end. */
    public CandleCsvReader onProgress(Progress listener) {
        return new CandleCsvReader(fillGaps, listener);
    }

    /**
     * Reads a file.
     *
     * @throws CandleException if its content is not acceptable; the message names file, line and fault
     * @throws UncheckedIOException if it cannot be read; the message is for people
     */
    public CandleFile read(Path file) {
        if (Files.isDirectory(file)) {
            throw unreadable(file, "it is a directory. Name a file.", new IOException("is a directory"));
        }
        try (Counting counting = new Counting(Files.newInputStream(file))) {
            long size = Files.size(file);
            PushbackInputStream start = new PushbackInputStream(counting, 2);
            boolean compressed = startsCompressed(start);
            InputStream content = compressed ? new GZIPInputStream(start, GZIP_BUFFER) : start;
            CsvBytes bytes = new CsvBytes(content, () -> progress.onProgress(counting.count, size));
            CandleFile read = new CandleCsvRows(file, bytes, fillGaps).read(compressed ? 0 : size);
            progress.onProgress(counting.count, size);
            return read;
        } catch (EOFException e) {
            throw damaged(file, "its compressed data ends in the middle. Copy or download it again.", e);
        } catch (ZipException e) {
            throw damaged(file, "its compressed data is damaged. Copy or download it again.", e);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "there is no such file. Check the path.", e);
        } catch (AccessDeniedException e) {
            throw unreadable(file, "this user may not read it. Check its permissions.", e);
        } catch (IOException e) {
            throw unreadable(file, "'" + e.getMessage() + "'. Check the disk.", e);
        }
    }

    private static boolean startsCompressed(PushbackInputStream in) throws IOException {
        byte[] first = in.readNBytes(2);
        in.unread(first);
        return first.length == 2 && first[0] == 0x1f && first[1] == (byte) 0x8b;
    }

    private static UncheckedIOException unreadable(Path file, String found, IOException cause) {
        return new UncheckedIOException("Cannot read candles in " + file + ": " + found, cause);
    }

    private static CandleException damaged(Path file, String found, IOException cause) {
        CandleException damaged = new CandleException("Cannot read candles in " + file + ": " + found);
        damaged.initCause(cause);
        return damaged;
    }

    private static final class Counting extends FilterInputStream {

        private long count;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
