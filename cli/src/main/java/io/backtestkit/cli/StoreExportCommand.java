package io.backtestkit.cli;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.store.SignalStore;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backtest-kit store export}: a store as lines of JSON. */
@Command(
        name = "export",
        description = {
            "Write everything a store holds to a file, one JSON object a line: {\"signal\":...} for what is held,"
                    + " {\"ended\":...} for the trade log. Works while live trading runs.",
            ""
        },
        footer = {"", "Example:", "  backtest-kit store export --store file:./data --file signals.jsonl"})
final class StoreExportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreOption store = new StoreOption();

    @Option(
            names = "--file",
            required = true,
            paramLabel = "FILE",
            description = "Where to write; replaced if there. It may be /dev/stdout, if that is a pipe.")
    private Path file = Path.of("");

    StoreExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        OutputFile output = OutputFile.check("--file", file);
        // a pipe may be this process's own output, where nothing else may be written
        Terminal text = output.isSpecial() ? terminal.beside() : terminal;
        Progress progress = new Progress(text, "Reading");
        try (SignalStore opened = store.openReadOnly()) {
            StoreContent content = progress.during(() -> StoreContent.of(opened, progress));
            StringBuilder lines = new StringBuilder();
            for (Signal signal : content.signals()) {
                lines.append("{\"signal\":").append(SignalCodec.encode(signal)).append("}\n");
            }
            for (EndedSignal ended : content.ended()) {
                lines.append("{\"ended\":")
                        .append(SignalCodec.encodeEnded(ended))
                        .append("}\n");
            }
            write(output, lines.toString());
            if (!terminal.isWritten()) {
                return 0; // what becomes of it is the same for every command whose output is not written
            }
            text.tell("Exported %s from %s to %s.", content.counted(), opened.describe(), file);
        }
        return 0;
    }

    private void write(OutputFile output, String lines) {
        if (output.isStandardOutput()) {
            terminal.sendLines(lines);
        } else {
            output.write(lines);
        }
    }
}
