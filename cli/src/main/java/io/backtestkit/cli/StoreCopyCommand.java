package io.backtestkit.cli;

import io.backtestkit.store.SignalStore;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backtest-kit store copy}: moves house. */
@Command(
        name = "copy",
        description = {
            "Copy every signal and every ended one from a store to another, and read it back. What is there already and"
                    + " equal is left; other signals are not replaced unless told; a signal that has ended on either side is"
                    + " not held any more. Can be started again after an interruption. Stop trading on both first: while a"
                    + " process trades a slot of the first, nothing is copied.",
            ""
        },
        footer = {"", "Example:", "  backtest-kit store copy --from file:./data --to postgresql://me@db/trading"})
final class StoreCopyCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(names = "--from", required = true, paramLabel = "URI", description = "Where the signals are.")
    private String from = "";

    @Option(names = "--to", required = true, paramLabel = "URI", description = "Where they shall be.")
    private String to = "";

    @Option(names = "--overwrite", description = "Replace other signals that are in the way.")
    private boolean overwrite;

    @Mixin
    private JsonOption json = new JsonOption();

    StoreCopyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        StoreOption source = StoreOption.at(from);
        StoreOption target = StoreOption.at(to);
        target.requireKnownScheme();
        Optional<OutputFile> output = json.check();
        Terminal text = json.textOf(terminal);
        From read = read(source);
        StoreContent content = read.content();
        try (SignalStore opened = target.openToKeep("copy signals to")) {
            new TwoPlaces(source, target).requireTwo(read.store(), opened);
            Progress copying = new Progress(text, "Copying");
            StoreContent written = copying.during(() -> content.writeTo(opened, overwrite, terminal, copying));
            copying.clear();
            Moved moved = new Moved(read.store(), opened.describe(), content, written);
            text.tell("%s The old ones are still there.", moved.summary("Copied"));
            json.write(terminal, output, moved::write);
        }
        return 0;
    }

    /** What was read, and the store's own name. */
    private record From(String store, StoreContent content) {}

    private From read(StoreOption source) {
        Progress progress = new Progress(json.textOf(terminal), "Reading");
        try (SignalStore opened = source.openReadOnly()) {
            // before, lest something is read that is just being changed; and after, lest it was begun since
            SlotOwners.requireNone(opened, Listing.keys("list the signals of", opened));
            StoreContent content = progress.during(() -> StoreContent.of(opened, progress));
            SlotOwners.requireNone(opened, content.slots());
            return new From(opened.describe(), content);
        }
    }
}
