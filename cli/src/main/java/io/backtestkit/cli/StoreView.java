package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.backtestkit.store.SignalStore;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/** What the commands that only look have in common: which store, and whether people or programs are to read the result. */
final class StoreView {

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private JsonOption json = new JsonOption();

    /** Shows what was found to people; {@code where} is the store's name. */
    @FunctionalInterface
    interface Text<T> {
        void show(String where, T found);
    }

    /** Writes what was found for programs. */
    @FunctionalInterface
    interface Json<T> {
        void write(JsonGenerator json, T found) throws IOException;
    }

    /** Opens the store for looking, also while another process trades, shows what is read from it, and returns that. */
    <T> T show(Terminal terminal, Function<SignalStore, T> read, Text<T> text, Json<T> programs) {
        Optional<OutputFile> output = json.check();
        try (SignalStore opened = store.openReadOnly()) {
            T found = read.apply(opened);
            if (!json.replacesText()) {
                text.show(opened.describe(), found);
            }
            json.write(terminal, output, out -> programs.write(out, found));
            return found;
        }
    }
}
