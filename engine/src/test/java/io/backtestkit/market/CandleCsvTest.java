package io.backtestkit.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandleCsvTest {

    private static final long START = 1385337600000L;
    private static final String HEADER = CandleCsv.HEADER + "\n";

    private final Path folder;

    CandleCsvTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void everyColumnIsReadFromItsPlace() throws IOException {
        Candles candles = CandleCsv.read(file(HEADER + line(0, "800.01,807.47,799.5,807,2.85664446") + lines(1, 4)));
        assertThat(candles.interval()).isEqualTo(Interval.ONE_MINUTE);
        assertThat(candles.size()).isEqualTo(5);
        assertThat(candles.get(0)).isEqualTo(new Candle(START, 800.01, 807.47, 799.5, 807, 2.85664446));
        assertThat(candles.last()).isEqualTo(new Candle(START + 240_000, 100, 101, 99, 100.5, 7));
    }

    @Test
    void aByteOrderMarkWindowsLineEndsAndEmptyLinesAtTheEndAreAccepted() throws IOException {
        String text = "\uFEFF" + HEADER + lines(0, 5) + "\n\n";
        assertThat(CandleCsv.read(file(text.replace("\n", "\r\n"))).size()).isEqualTo(5);
    }

    @Test
    void aMissingLastLineEndIsAccepted() throws IOException {
        String text = HEADER + lines(0, 5);
        assertThat(CandleCsv.read(file(text.strip())).volume(4)).isEqualTo(7);
        assertThat(CandleCsv.read(file(text.strip() + "\r")).volume(4)).isEqualTo(7);
    }

    @Test
    void spacesAndOtherLettersInTheHeaderAreAccepted() throws IOException {
        String header = "Timestamp, Open, HIGH, low , Close,Volume\n";
        assertThat(CandleCsv.read(file(header + lines(0, 5).replace(",", ", "))))
                .hasToString("5 candles of 1m");
    }

    @Test
    void exponentsAreAccepted() throws IOException {
        Candles candles = CandleCsv.read(file(HEADER + lineFrom(0, "1.2e-05,2E-5,1e-5,1.5e-5,1e3", 5)));
        assertThat(candles.get(0)).isEqualTo(new Candle(START, 0.000012, 0.00002, 0.00001, 0.000015, 1000));
    }

    @Test
    void compressedFilesAreKnownByTheirContent() throws IOException {
        byte[] compressed = compressed(HEADER + lines(0, 2_000));
        assertThat(CandleCsv.read(bytes("candles.csv.gz", compressed)).size()).isEqualTo(2_000);
        assertThat(CandleCsv.read(bytes("candles.csv", compressed)).size()).isEqualTo(2_000);
        assertThat(CandleCsv.read(bytes("plain.gz", (HEADER + lines(0, 5)).getBytes(StandardCharsets.UTF_8)))
                        .size())
                .isEqualTo(5);
    }

    @Test
    void linesThatSpanTwoReadsAreReadWhole() throws IOException {
        Candles candles = CandleCsv.read(file(HEADER + lines(0, 40_000)));
        assertThat(candles.size()).isEqualTo(40_000);
        assertThat(candles.end()).isEqualTo(START + 40_000 * 60_000L);
        for (int i = 0; i < candles.size(); i++) {
            assertThat(candles.close(i)).isEqualTo(100.5);
        }
    }

    @Test
    void everyNumberIsReadAsTheJdkReadsIt() throws IOException {
        Random random = new Random(21);
        List<String> numbers = new ArrayList<>(List.of(
                "0.1",
                "9007199254740991",
                "9007199254740992",
                "9007199254740993",
                "900719925474099.3",
                "0.000000000000000001",
                "123456789012345678",
                "1234567890123456789",
                "1.7976931348623157",
                "2.2250738585072014",
                "5.",
                ".5",
                "00000000000000000000000000001.5",
                "0." + "0".repeat(400) + "1"));
        for (int i = 0; i < 20_000; i++) {
            int whole = 1 + random.nextInt(10);
            int places = random.nextInt(11);
            numbers.add(digits(random, whole) + (places == 0 ? "" : "." + digits(random, places)));
        }
        StringBuilder text = new StringBuilder(HEADER);
        for (int i = 0; i < numbers.size(); i++) {
            text.append(line(i, "1,1,1,1," + numbers.get(i)));
        }
        Candles candles = CandleCsv.read(file(text.toString()));
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(candles.volume(i)).as(numbers.get(i)).isEqualTo(Double.parseDouble(numbers.get(i)));
        }
    }

    @Test
    void gapsAreFilledWithTheLastCloseOnRequest() throws IOException {
        Path file = file(HEADER + lines(0, 3) + lines(6, 2) + lines(9, 1));
        CandleFile read = CandleCsv.reader().fillGaps(true).read(file);
        assertThat(read.filled()).isEqualTo(4);
        assertThat(read.candles().size()).isEqualTo(10);
        assertThat(read.candles().get(4)).isEqualTo(new Candle(START + 240_000, 100.5, 100.5, 100.5, 100.5, 0));
        assertThat(read.candles().open(6)).isEqualTo(100);
    }

    @Test
    void theProgressEndsAtTheSizeOfTheFile() throws IOException {
        for (Path file :
                List.of(file(HEADER + lines(0, 20_000)), bytes("c.gz", compressed(HEADER + lines(0, 20_000))))) {
            List<Long> steps = new ArrayList<>();
            List<Long> totals = new ArrayList<>();
            CandleCsv.reader()
                    .onProgress((read, total) -> {
                        steps.add(read);
                        totals.add(total);
                    })
                    .read(file);
            assertThat(steps).isSorted().hasSizeGreaterThan(1).endsWith(Files.size(file));
            assertThat(totals).containsOnly(Files.size(file));
        }
    }

    @Test
    void whatIsWrittenReadsBackToTheLastBit() {
        Random random = new Random(22);
        Candles.Builder builder = Candles.builder(Interval.ONE_MINUTE);
        for (int i = 0; i < 3_000; i++) {
            double low = Math.pow(10, random.nextInt(3)) * (1 + random.nextDouble());
            double open = random.nextBoolean() ? Math.rint(low * 100 + 100) / 100 : low * (1 + random.nextDouble());
            builder.append(
                    START + i * 60_000L,
                    open,
                    open * 3,
                    low,
                    low,
                    random.nextInt(9) == 0 ? 0 : Math.pow(10, 40 * random.nextDouble() - 20));
        }
        for (String name : List.of("out.csv", "out.csv.gz")) {
            Path file = folder.resolve(name);
            CandleCsv.write(file, builder.build());
            Candles read = CandleCsv.read(file);
            assertThat(read.size()).isEqualTo(3_000);
            for (int i = 0; i < read.size(); i++) {
                assertThat(read.get(i)).isEqualTo(builder.build().get(i));
            }
            assertThat(folder.resolve(name + ".part")).doesNotExist();
        }
    }

    @Test
    void numbersAreWrittenInTheirShortestPlainForm() throws IOException {
        Candles.Builder builder = Candles.builder(Interval.ONE_MINUTE)
                .append(START, 50_000, 50_000.5, 1.0E-8, 2.0E-3, 1.0E22)
                .append(START + 60_000, 0.1 + 0.2, 807.47, 0.1, 1.0 / 3, 0);
        Path file = folder.resolve("out.csv");
        CandleCsv.write(file, builder.build());
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        CandleCsv.HEADER,
                        START + ",50000,50000.5,0.00000001,0.002,10000000000000000000000",
                        START + 60_000 + ",0.30000000000000004,807.47,0.1,0.3333333333333333,0");
    }

    @Test
    void onlyMinutesAreWritten() {
        Candles hours = Candles.builder(Interval.ONE_HOUR).build();
        Path file = folder.resolve("out.csv");
        assertThatThrownBy(() -> CandleCsv.write(file, hours))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot write candles to " + file + ": they were of 1h. Files hold one-minute candles only.");
    }

    private static String digits(Random random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append((char) ('0' + random.nextInt(10)));
        }
        return text.toString();
    }

    static String line(int minute, String values) {
        return (START + minute * 60_000L) + "," + values + "\n";
    }

    private static String lineFrom(int minute, String values, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(line(minute + i, values));
        }
        return text.toString();
    }

    static String lines(int minute, int count) {
        return lineFrom(minute, "100,101,99,100.5,7", count);
    }

    static byte[] compressed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private Path file(String text) throws IOException {
        return bytes("candles.csv", text.getBytes(StandardCharsets.UTF_8));
    }

    private Path bytes(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }
}
