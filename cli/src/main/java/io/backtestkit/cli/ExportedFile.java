package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what {@code store export} wrote. A line that is there twice counts once; two that contradict are refused. */
final class ExportedFile {

    /** What was read on a line. */
    private record Line<T>(int number, T value) {}

    private final Path file;
    private final Map<SignalKey, Line<Signal>> signals = new LinkedHashMap<>();
    private final Map<SignalIdentity, Line<EndedSignal>> ended = new LinkedHashMap<>();
    private int number;

    private ExportedFile(Path file) {
        this.file = file;
    }

    /**
     * Reads the whole file.
     *
     * @throws CommandFailure if it cannot be read, a line is wrong, or two lines contradict each other
     */
    static StoreContent read(Path file) {
        return new ExportedFile(file).content();
    }

    private StoreContent content() {
        try {
            for (String line : Files.readAllLines(file)) {
                number++;
                if (!line.isBlank()) {
                    readLine(line);
                }
            }
        } catch (SignalFormatException e) {
            throw CommandFailure.runFailed(
                    "Cannot import " + file + ": line " + number + " is not a signal, " + e.getMessage()
                            + ". Nothing was written.",
                    e);
        } catch (NoSuchFileException e) {
            throw unreadable("there is no such file", "Check the path.", e);
        } catch (AccessDeniedException e) {
            throw unreadable("this user may not read it", "Check its permissions.", e);
        } catch (MalformedInputException e) {
            throw unreadable("it is not UTF-8 text", "Name a file that 'store export' wrote.", e);
        } catch (IOException e) {
            boolean folder = Files.isDirectory(file);
            throw unreadable(folder ? "it is a folder" : "'" + e.getMessage() + "'", "Name a file.", e);
        }
        return new StoreContent(values(signals), values(ended));
    }

    private static <T> List<T> values(Map<?, Line<T>> lines) {
        return lines.values().stream().map(Line::value).toList();
    }

    private CommandFailure unreadable(String found, String advice, IOException cause) {
        return CommandFailure.runFailed("Cannot import " + file + ": " + found + ". " + advice, cause);
    }

    private void readLine(String line) {
        StringWriter record = new StringWriter();
        String name;
        try (JsonParser parser = SignalJson.FACTORY.createParser(line);
                JsonGenerator copy = SignalJson.FACTORY.createGenerator(record)) {
            parser.nextToken();
            name = parser.nextFieldName();
            if (name == null || parser.nextToken() != JsonToken.START_OBJECT) {
                throw new SignalFormatException("it is not {\"signal\":{...}} or {\"ended\":{...}}");
            }
            copy.copyCurrentStructureExact(parser);
            if (parser.nextToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw new SignalFormatException("something follows the record");
            }
        } catch (IOException e) {
            throw new SignalFormatException("it is not valid JSON", e);
        }
        if (name.equals("signal")) {
            Signal signal = SignalCodec.decode(record.toString());
            put(signals, signal.key(), signal, "signal " + signal.key());
        } else if (name.equals("ended")) {
            EndedSignal end = SignalCodec.decodeEnded(record.toString());
            put(
                    ended,
                    SignalIdentity.of(end),
                    end,
                    "the end of signal '" + end.signal().id() + "' of "
                            + end.signal().key());
        } else {
            throw new SignalFormatException("its field was '" + name + "', not signal or ended");
        }
    }

    private <K, T> void put(Map<K, Line<T>> lines, K key, T value, String what) {
        Line<T> before = lines.putIfAbsent(key, new Line<>(number, value));
        if (before != null && !before.value().equals(value)) {
            throw CommandFailure.runFailed("Cannot import " + file + ": lines " + before.number() + " and " + number
                    + " both tell " + what + ", and differ. Remove the wrong one. Nothing was written.");
        }
    }
}
