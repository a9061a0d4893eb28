package io.backtestkit.store.file;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A trade log as it was found.
 *
 * <p>What follows the last line feed was never acknowledged: a crash tore it off. Two tails are not taken for torn: a whole
 * line that only lacks its line feed counts as a trade, and a whole line followed by one byte had its line feed changed.
 * Sectors of a line reach the disk in any order: a last line with a hole, sectors of zeros, is torn as well although it
 * ends in a line feed.
 *
 * @param file where
 * @param trades what its readable lines say, in their order
 * @param whole every byte up to the torn tail, damaged lines included
 * @param torn the torn tail; empty if there is none
 * @param fault the first damage, a clause; empty if there is none
 * @param lastFault what is wrong with the last line, a clause; empty if that can be read, whatever the others are
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
record TradeFile(Path file, List<EndedSignal> trades, byte[] whole, byte[] torn, String fault, String lastFault) {

    private static final int SECTOR = 512;

    /** Reads the file; a missing one is an empty log. */
    static TradeFile load(DataFolder folder, Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = folder.disk().read(file);
        } catch (NoSuchFileException e) {
            bytes = new byte[0];
        }
        List<EndedSignal> trades = new ArrayList<>();
        String fault = "";
        String last = "";
        int start = 0;
        int number = 1;
        for (int end = nextLine(bytes, start); end >= 0; end = nextLine(bytes, start)) {
            if (end == bytes.length - 1 && hasHole(bytes, start, end)) {
                break;
            }
            String found = readLine(folder, file, Arrays.copyOfRange(bytes, start, end), trades);
            last = damage(folder, file, number, found);
            fault = fault.isEmpty() ? last : fault;
            start = end + 1;
            number++;
        }
        byte[] tail = Arrays.copyOfRange(bytes, start, bytes.length);
        if (TradeLine.isWhole(tail)) {
            String found = readLine(folder, file, tail, trades);
            last = damage(folder, file, number, found);
            return new TradeFile(file, List.copyOf(trades), bytes, new byte[0], fault.isEmpty() ? last : fault, last);
        }
        if (tail.length > 0 && TradeLine.isWhole(Arrays.copyOf(tail, tail.length - 1))) {
            String changed = damage(folder, file, number, "its end was changed");
            return new TradeFile(
                    file, List.copyOf(trades), bytes, new byte[0], fault.isEmpty() ? changed : fault, changed);
        }
        return new TradeFile(file, List.copyOf(trades), Arrays.copyOf(bytes, start), tail, fault, last);
    }

    private static String damage(DataFolder folder, Path file, int number, String found) {
        return found.isEmpty() ? "" : "line " + number + " of " + folder.relative(file) + " is damaged: " + found;
    }

    private static int nextLine(byte[] bytes, int start) {
        for (int i = start; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Says whether there are zeros from the start or a sector's start to a sector's end. No line is written with any. */
    private static boolean hasHole(byte[] bytes, int start, int end) {
        int zeros = start;
        for (int i = start; i < end; i++) {
            if (bytes[i] != 0) {
                zeros = i + 1;
            } else if ((i + 1) % SECTOR == 0 && (zeros == start || zeros % SECTOR == 0)) {
                return true;
            }
        }
        return false;
    }

    /** Adds the trade on that line, or returns what is wrong with it. */
    private static String readLine(DataFolder folder, Path file, byte[] line, List<EndedSignal> trades) {
        try {
            EndedSignal ended = TradeLine.decode(line);
            SignalKey key = ended.signal().key();
            if (!FileNames.tradeLog(folder.base(), key).equals(file)
                    || (!trades.isEmpty() && !trades.get(0).signal().key().equals(key))) {
                return "it is foreign, the signal in it belongs to " + key;
            }
            trades.add(ended);
            return "";
        } catch (SignalFormatException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Says whether a line can be added as it is: nothing is torn, and the last line is ended. */
    boolean endsClean() {
        return torn.length == 0 && (whole.length == 0 || whole[whole.length - 1] == '\n');
    }

    /** Returns everything but the torn tail, ended by a line feed. */
    byte[] cleanBytes() {
        if (whole.length == 0 || whole[whole.length - 1] == '\n') {
            return whole;
        }
        byte[] ended = Arrays.copyOf(whole, whole.length + 1);
        ended[whole.length] = '\n';
        return ended;
    }

    /** Returns whose trades these are, as far as it can be told. */
    Optional<SignalKey> key() {
        return trades.isEmpty()
                ? FileNames.keyOf(file, FileNames.TRADES, whole)
                : Optional.of(trades.get(0).signal().key());
    }
}
