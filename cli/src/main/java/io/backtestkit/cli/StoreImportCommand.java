package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.store.SignalStore;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backtest-kit store import}: what {@code export} wrote, back into a store. */
@Command(
        name = "import",
        description = {
            "Read a file that 'store export' wrote into a store, and read it back. The whole file is checked before"
                    + " anything is written; other signals are not replaced unless told.",
            ""
        },
        footer = {"", "Example:", "  backtest-kit store import --store file:./data --file signals.jsonl"})
final class StoreImportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreOption store = new StoreOption();

    @Option(names = "--file", required = true, paramLabel = "FILE", description = "What to read.")
    private String file = "";

    @Option(names = "--overwrite", description = "Replace other signals that are in the way.")
    private boolean overwrite;

    StoreImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        store.requireKnownScheme();
        StoreContent content = read();
        if (content.isEmpty()) {
            terminal.say("Nothing was imported: %s holds no signal and no ended one.", file);
            return 0;
        }
        try (SignalStore opened = store.openOrMake()) {
            Progress progress = new Progress(terminal, "Importing");
            StoreContent written = progress.during(() -> content.writeTo(opened, overwrite, progress));
            progress.clear();
            String summary = "Imported " + content.counted() + " from " + file + " to " + opened.describe()
                    + "; written anew: " + written.counted() + ". All were read back and are equal.";
            Wrapping.lines(summary, 0).forEach(terminal::say);
        }
        return 0;
    }

    private StoreContent read() {
        List<Signal> signals = new ArrayList<>();
        List<EndedSignal> ended = new ArrayList<>();
        int number = 0;
        try {
            for (String line : Files.readAllLines(Path.of(file))) {
                number++;
                if (!line.isBlank()) {
                    readLine(line, signals, ended);
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
            boolean folder = Files.isDirectory(Path.of(file));
            throw unreadable(folder ? "it is a folder" : "'" + e.getMessage() + "'", "Name a file.", e);
        }
        return new StoreContent(signals, ended);
    }

    private CommandFailure unreadable(String found, String advice, IOException cause) {
        return CommandFailure.runFailed("Cannot import " + file + ": " + found + ". " + advice, cause);
    }

    private static void readLine(String line, List<Signal> signals, List<EndedSignal> ended) {
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
            signals.add(SignalCodec.decode(record.toString()));
        } else if (name.equals("ended")) {
            ended.add(SignalCodec.decodeEnded(record.toString()));
        } else {
            throw new SignalFormatException("its field was '" + name + "', not signal or ended");
        }
    }
}
