package io.backtestkit.cli;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreLocation;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backtest-kit store import}: what {@code export} wrote, back into a store. */
@Command(
        name = "import",
        description = {
            "Read a file that 'store export' wrote into a store, and read it back. The whole file is checked before"
                    + " anything is written; other signals are not replaced unless told. A signal that has ended in either is"
                    + " refused, and so are ends older than those in the store's log.",
            ""
        },
        footer = {"", "Example:", "  backtest-kit store import --store file:./data --file signals.jsonl"})
final class StoreImportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreOption store = new StoreOption();

    @Option(names = "--file", required = true, paramLabel = "FILE", description = "What to read.")
    private Path file = Path.of("");

    @Option(names = "--overwrite", description = "Replace other signals that are in the way.")
    private boolean overwrite;

    @Mixin
    private JsonOption json = new JsonOption();

    StoreImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        store.requireKnownScheme();
        Optional<OutputFile> output = json.check();
        Terminal text = json.textOf(terminal);
        StoreContent content = ExportedFile.read(file);
        if (content.isEmpty()) {
            text.say("Nothing was imported: %s holds no signal and no ended one.", file);
            json.write(
                    terminal,
                    output,
                    new Moved(
                            file.toString(),
                            StoreLocation.parse(store.location()).toString(),
                            content,
                            content)::write);
            return 0;
        }
        try (SignalStore opened = store.openToKeep("import signals into")) {
            Progress progress = new Progress(text, "Importing");
            StoreContent written = progress.during(() -> content.writeTo(opened, overwrite, terminal, progress));
            progress.clear();
            Moved moved = new Moved(file.toString(), opened.describe(), content, written);
            text.tell("%s", moved.summary("Imported"));
            json.write(terminal, output, moved::write);
        }
        return 0;
    }
}
