package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code backtest-kit store check}: examines a store and everything in it. */
@Command(
        name = "check",
        description = {
            "Examine a store and everything in it; changes nothing.",
            "The exit code is 1 if something is damaged or refused.",
            ""
        },
        footer = {"", "Example:", "  backtest-kit store check --store file:./data"})
final class StoreCheckCommand implements Callable<Integer> {

    private static final int LEVEL_WIDTH = 9;

    private final Terminal terminal;

    @Mixin
    private StoreView view = new StoreView();

    StoreCheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        view.show(terminal, Examined::of, this::show, StoreCheckCommand::write).requireGood();
        return 0;
    }

    /** A store, and what was found in it. */
    private record Examined(String store, List<StoreFinding> findings) {

        static Examined of(SignalStore opened) {
            return new Examined(opened.describe(), opened.check());
        }

        long bad() {
            return findings.stream()
                    .filter(finding -> finding.level() == StoreFinding.Level.DAMAGED
                            || finding.level() == StoreFinding.Level.REFUSED)
                    .count();
        }

        void requireGood() {
            if (bad() > 0) {
                throw CommandFailure.runFailed("Cannot vouch for store " + store + ": " + bad() + " of "
                        + findings.size() + " findings need a decision. Follow the advice given with each.");
            }
        }
    }

    private static void write(JsonGenerator json, Examined examined) throws IOException {
        json.writeStartArray();
        for (StoreFinding finding : examined.findings()) {
            json.writeStartObject();
            json.writeStringField("level", level(finding));
            json.writeStringField("subject", finding.subject());
            json.writeStringField("found", finding.found());
            json.writeStringField("advice", finding.advice());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void show(String where, Examined examined) {
        examined.findings().forEach(this::show);
        if (examined.bad() == 0) {
            terminal.say("Nothing is damaged in %s.", where);
        }
    }

    /** The level stands alone in the first columns. */
    private void show(StoreFinding finding) {
        String found =
                finding.subject() + ": " + finding.found() + (finding.found().endsWith(".") ? "" : ".");
        List<String> lines = new ArrayList<>(Wrapping.lines(found, LEVEL_WIDTH));
        if (!finding.advice().isEmpty()) {
            lines.addAll(Wrapping.lines(finding.advice(), LEVEL_WIDTH));
        }
        String first = String.format(Locale.ROOT, "%-" + LEVEL_WIDTH + "s", level(finding))
                + lines.get(0).substring(LEVEL_WIDTH);
        lines.set(0, first);
        lines.forEach(terminal::say);
    }

    private static String level(StoreFinding finding) {
        return finding.level().name().toLowerCase(Locale.ROOT);
    }
}
