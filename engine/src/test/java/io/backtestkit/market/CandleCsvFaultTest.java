package io.backtestkit.market;

import static io.backtestkit.market.CandleCsvTest.compressed;
import static io.backtestkit.market.CandleCsvTest.line;
import static io.backtestkit.market.CandleCsvTest.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandleCsvFaultTest {

    private static final String HEADER = CandleCsv.HEADER + "\n";

    private final Path folder;

    CandleCsvFaultTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void anEmptyFileIsRefused() throws IOException {
        refused("", ": it is empty. The first line must be 'timestamp,open,high,low,close,volume'.");
        refused(compressed(""), ": it is empty. The first line must be 'timestamp,open,high,low,close,volume'.");
    }

    @Test
    void aHeaderAloneIsRefused() throws IOException {
        refused(HEADER, ": it has no candle, only the header. At least 5 are needed to make the first price.");
    }

    @Test
    void fourCandlesAreTooFew() throws IOException {
        refused(HEADER + lines(0, 4), ": it has 4. At least 5 are needed to make the first price.");
    }

    @Test
    void anotherHeaderIsShownBesideTheRightOne() throws IOException {
        refused(
                "time,open,high,low,close\n",
                ", line 1: the header was 'time,open,high,low,close'."
                        + " It must be 'timestamp,open,high,low,close,volume'.");
        refused(
                lines(0, 5),
                ", line 1: the header was '1385337600000,100,101,99,100.5,7'."
                        + " It must be 'timestamp,open,high,low,close,volume'.");
        refused(
                HEADER.replace(',', ';') + lines(0, 5),
                ", line 1: the header was 'timestamp;open;high;low;close;volume'."
                        + " It must be 'timestamp,open,high,low,close,volume'. Fields are separated by commas.");
    }

    @Test
    void aWrongNumberOfFieldsIsRefused() throws IOException {
        refused(
                HEADER + lines(0, 5) + line(5, "100,101,99,100"),
                ", line 7: it had 5 fields: '1385337900000,100,101,99,100'."
                        + " Each line needs 6: timestamp,open,high,low,close,volume.");
        refused(
                HEADER + line(0, "1,1,1,1,1,1"),
                ", line 2: it had 7 fields: '1385337600000,1,1,1,1,1,1'."
                        + " Each line needs 6: timestamp,open,high,low,close,volume.");
        refused(
                HEADER + "end\n",
                ", line 2: it had 1 field: 'end'. Each line needs 6: timestamp,open,high,low,close,volume.");
    }

    @Test
    void aLineCutOffInTheMiddleIsRefused() throws IOException {
        String text = HEADER + lines(0, 6);
        refused(
                text.substring(0, text.length() - 9),
                ", line 7: it had 4 fields: '1385337900000,100,101,99'."
                        + " Each line needs 6: timestamp,open,high,low,close,volume.");
    }

    @Test
    void whatIsNoNumberIsRefused() throws IOException {
        for (String text : new String[] {"abc", "", "NaN", "Infinity", "-Infinity", "1d", "0x1p3", "1,5e", "1.2.3"}) {
            if (!text.contains(",")) {
                refused(
                        HEADER + lines(0, 5) + line(5, "100,101," + text + ",100,7"),
                        ", line 7: low was '" + text + "'. It must be a number, for example 0.00012.");
            }
        }
        refused(
                HEADER + lines(0, 5) + line(5, "100,101,99,100,NaN"),
                ", line 7: volume was 'NaN'. It must be a number, for example 0.00012.");
    }

    @Test
    void aTimestampThatIsNoWholeNumberIsRefused() throws IOException {
        for (String text : new String[] {"2013-11-25", "", "-60000", "1385337600000.0", "9999999999999999999"}) {
            refused(
                    HEADER + text + ",1,1,1,1,1\n",
                    ", line 2: timestamp was '" + text
                            + "'. It must be whole epoch milliseconds, for example 1385337600000.");
        }
    }

    private static final String PRICES =
            "Prices must lie between 0.00000001 and 1000000000000000: signals keep 8 decimal places.";

    @Test
    void aNumberThatCannotBeIsRefused() throws IOException {
        String at = ", line 3: at 2013-11-25T00:01:00Z (1385337660000) ";
        refusedSecond("100,101,-99,100,7", at + "low was -99. " + PRICES);
        refusedSecond("0.000000009,101,99,100,7", at + "open was 0.000000009. " + PRICES);
        refusedSecond("100,1000000000000001,99,100,7", at + "high was 1000000000000001. " + PRICES);
        refusedSecond("0,101,99,100,7", at + "open was 0. " + PRICES);
        refusedSecond("100,1e999,99,100,7", at + "high was Infinity. " + PRICES);
        refusedSecond("100,101,99,100,-0.5", at + "volume was -0.5. The volume must be at least 0 and finite.");
        refusedSecond("100,99,101,100,7", at + "high was 99, below low 101. Check the order of the columns.");
        refusedSecond(
                "102,101,99,100,7",
                at + "open was 102, not between low 99 and high 101. Open and close must lie between low and high.");
        refusedSecond(
                "100,101,99,98.5,7",
                at + "close was 98.5, not between low 99 and high 101. Open and close must lie between low and high.");
    }

    @Test
    void aGapIsRefusedWithTheFirstMissingMinute() throws IOException {
        refused(
                HEADER + lines(0, 5) + lines(8, 5),
                ", line 7: 3 minutes are missing, the first at 2013-11-25T00:05:00Z (1385337900000)."
                        + " Add what is missing, or use --fill-gaps to carry the last close forward.");
        refused(
                HEADER + lines(0, 1) + lines(2, 5),
                ", line 3: 1 minute is missing, the first at 2013-11-25T00:01:00Z (1385337660000)."
                        + " Add what is missing, or use --fill-gaps to carry the last close forward.");
    }

    @Test
    void aGapOfMoreThanAYearIsNotFilled() throws IOException {
        Path file = write((HEADER + lines(0, 1) + lines(600_000, 5)).getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> CandleCsv.reader().fillGaps(true).read(file))
                .isInstanceOf(CandleException.class)
                .hasMessageEndingWith(
                        "599999 minutes are missing, the first at 2013-11-25T00:01:00Z (1385337660000). At most 527040 are filled."
                                + " Read the parts as files of their own.");
    }

    @Test
    void aCandleThatComesTwiceIsRefused() throws IOException {
        refused(
                HEADER + lines(0, 5) + lines(4, 1),
                ", line 7: at 2013-11-25T00:04:00Z (1385337840000) it comes twice."
                        + " Sort the candles by time and keep each once.");
    }

    @Test
    void candlesOutOfOrderAreRefused() throws IOException {
        refused(
                HEADER + lines(0, 5) + lines(2, 1),
                ", line 7: at 2013-11-25T00:02:00Z (1385337720000) it is not later than the one before it."
                        + " Sort the candles by time and keep each once.");
    }

    @Test
    void aTimeInsideAMinuteIsRefused() throws IOException {
        refused(
                HEADER + lines(0, 5) + "1385337900500,1,1,1,1,1\n",
                ", line 7: at 2013-11-25T00:05:00.500Z (1385337900500) its time is not a whole multiple of 1m."
                        + " Times are the OPEN times of candles, in epoch milliseconds.");
    }

    @Test
    void otherUnitsOfTimeAreRecognized() throws IOException {
        assertThat(failure((HEADER + "1385337600,1,1,1,1,1\n1385337660,1,1,1,1,1\n").getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining(", line 2: ")
                .hasMessageEndingWith(" This looks like seconds: multiply by 1000.");
        refused(
                HEADER + "1735689600000000,1,1,1,1,1\n",
                ", line 2: timestamp was '1735689600000000'. Epoch milliseconds are needed."
                        + " This looks like microseconds: divide by 1000.");
        refused(
                HEADER + lines(0, 5) + "173568960000000000,1,1,1,1,1\n",
                ", line 7: timestamp was '173568960000000000'. Epoch milliseconds are needed."
                        + " This looks like nanoseconds: divide by 1000000.");
    }

    @Test
    void anEmptyLineBetweenCandlesIsRefused() throws IOException {
        refused(
                HEADER + lines(0, 3) + "\n\n" + lines(3, 5),
                ", line 5: it was empty. Remove it; only the end of the file may have empty lines.");
    }

    @Test
    void aPriceFarBelowAllOthersIsRefusedWithItsLine() throws IOException {
        String text = HEADER + lines(0, 5) + line(5, "100,101,0.1004,100,7") + lines(6, 5);
        refused(
                text,
                ", line 7: at 2013-11-25T00:05:00Z (1385337900000) low was 0.1004, below 1/1000 of the median close 100.5."
                        + " No market does that; correct or remove the data.");
        String withGap = HEADER + lines(0, 3) + lines(5, 3) + line(8, "100,101,0.1004,100,7") + lines(9, 2);
        Path file = write(withGap.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> CandleCsv.reader().fillGaps(true).read(file)).hasMessageContaining(", line 8: at ");
    }

    @Test
    void aThousandthOfTheMedianIsStillAPrice() throws IOException {
        String text = HEADER + lines(0, 5) + line(5, "100,2000000,0.1005,100,7") + line(6, "1,900000,1,900000,7");
        assertThat(CandleCsv.read(write(text.getBytes(StandardCharsets.UTF_8))).size())
                .isEqualTo(7);
    }

    @Test
    void binaryNoiseIsRefusedInOneReadableLine() throws IOException {
        Random random = new Random(3);
        for (int size : new int[] {1, 2, 7, 5_000, 600_000}) {
            byte[] noise = new byte[size];
            random.nextBytes(noise);
            assertReadable(failure(noise));
            byte[] afterHeader = Arrays.copyOf(HEADER.getBytes(StandardCharsets.UTF_8), HEADER.length() + size);
            System.arraycopy(noise, 0, afterHeader, HEADER.length(), size);
            assertReadable(failure(afterHeader));
        }
    }

    @Test
    void anyDamagedByteIsReadOrRefusedButNeverBreaksTheReader() throws IOException {
        Random random = new Random(4);
        byte[] good = (HEADER + lines(0, 50)).getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 3_000; round++) {
            byte[] damaged = good.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            Path file =
                    write(Arrays.copyOf(damaged, random.nextInt(20) == 0 ? random.nextInt(good.length) : good.length));
            Throwable thrown = catchThrowable(() -> CandleCsv.read(file));
            if (thrown != null) {
                assertReadable(thrown);
            }
        }
    }

    @Test
    void aLineWithoutEndIsRefused() throws IOException {
        for (int size : new int[] {5_000, 300_000, 1_000_000}) {
            assertThat(failure((HEADER + lines(0, 5) + "1".repeat(size)).getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(CandleException.class)
                    .hasMessageContaining(", line 7: it begins with '111");
        }
    }

    @Test
    void compressedDataThatEndsEarlyIsRefused() throws IOException {
        byte[] whole = compressed(HEADER + lines(0, 20_000));
        for (int size : new int[] {2, 9, 12, whole.length / 2, whole.length - 9, whole.length - 1}) {
            refused(Arrays.copyOf(whole, size), ": its compressed data ends in the middle. Copy or download it again.");
        }
    }

    @Test
    void compressedDataThatIsDamagedIsRefused() throws IOException {
        byte[] damaged = compressed(HEADER + lines(0, 20_000));
        damaged[damaged.length - 6] ^= 1;
        refused(damaged, ": its compressed data is damaged. Copy or download it again.");
    }

    @Test
    void aFolderIsRefused() {
        assertThatThrownBy(() -> CandleCsv.read(folder))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("Cannot read candles in " + folder + ": it is a directory. Name a file.");
    }

    @Test
    void aMissingFileIsRefused() {
        Path missing = folder.resolve("missing.csv");
        assertThatThrownBy(() -> CandleCsv.read(missing))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("Cannot read candles in " + missing + ": there is no such file. Check the path.");
    }

    @Test
    void aFileThatCannotBeWrittenSaysSo() {
        Path nowhere = folder.resolve("missing").resolve("out.csv");
        assertThatThrownBy(() -> CandleCsv.write(
                        nowhere, Candles.builder(Interval.ONE_MINUTE).build()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("Cannot write candles to " + nowhere + ": ");
    }

    private static void assertReadable(Throwable thrown) {
        assertThat(thrown).isInstanceOf(CandleException.class);
        assertThat(thrown.getMessage()).startsWith("Cannot read candles in ").matches("[ -~]{30,400}");
    }

    private void refusedSecond(String values, String expected) throws IOException {
        refused(HEADER + lines(0, 1) + line(1, values) + lines(2, 5), expected);
    }

    private void refused(String text, String expected) throws IOException {
        refused(text.getBytes(StandardCharsets.UTF_8), expected);
    }

    private void refused(byte[] content, String expected) throws IOException {
        assertThat(failure(content))
                .isInstanceOf(CandleException.class)
                .hasMessage("Cannot read candles in " + folder.resolve("candles.csv") + expected);
    }

    private Throwable failure(byte[] content) throws IOException {
        Path file = write(content);
        return catchThrowable(() -> CandleCsv.read(file));
    }

    private Path write(byte[] content) throws IOException {
        return Files.write(folder.resolve("candles.csv"), content);
    }
}
