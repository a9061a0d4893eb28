package io.backtestkit.cli;

import io.backtestkit.store.SignalStore;
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
    private String file = "";

    @Option(names = "--overwrite", description = "Replace other signals that are in the way.")
    private boolean overwrite;

    StoreImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        store.requireKnownScheme();
        StoreContent content = ExportedFile.read(file);
        if (content.isEmpty()) {
            terminal.say("Nothing was imported: %s holds no signal and no ended one.", file);
            return 0;
        }
        try (SignalStore opened = store.openOrMake()) {
            Progress progress = new Progress(terminal, "Importing");
            StoreContent written = progress.during(() -> content.writeTo(opened, overwrite, terminal, progress));
            progress.clear();
            String summary = "Imported " + content.counted() + " from " + file + " to " + opened.describe()
                    + "; written anew: " + written.counted() + ". All were read back and are equal.";
            Wrapping.lines(summary, 0).forEach(terminal::say);
        }
        return 0;
    }
}
