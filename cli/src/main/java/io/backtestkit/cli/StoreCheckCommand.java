package io.backtestkit.cli;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

    private final Terminal terminal;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private JsonOption json = new JsonOption();

    StoreCheckCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Optional<OutputFile> output = json.check();
        try (SignalStore opened = store.openReadOnly()) {
            List<StoreFinding> findings = opened.check();
            if (!json.replacesText()) {
                findings.forEach(this::show);
            }
            json.write(terminal, output, out -> {
                out.writeStartArray();
                for (StoreFinding finding : findings) {
                    out.writeStartObject();
                    out.writeStringField("level", level(finding));
                    out.writeStringField("subject", finding.subject());
                    out.writeStringField("found", finding.found());
                    out.writeStringField("advice", finding.advice());
                    out.writeEndObject();
                }
                out.writeEndArray();
            });
            long bad = findings.stream()
                    .filter(finding -> finding.level() == StoreFinding.Level.DAMAGED
                            || finding.level() == StoreFinding.Level.REFUSED)
                    .count();
            if (bad > 0) {
                throw CommandFailure.runFailed("Cannot vouch for store " + opened.describe() + ": " + bad + " of "
                        + findings.size() + " findings need a decision. Follow the advice given with each.");
            }
            if (!json.replacesText()) {
                terminal.say("Nothing is damaged in %s.", opened.describe());
            }
        }
        return 0;
    }

    private void show(StoreFinding finding) {
        String text = String.format(Locale.ROOT, "%-8s %s: %s.", level(finding), finding.subject(), finding.found());
        Wrapping.lines(text, 0).forEach(terminal::say);
        if (!finding.advice().isEmpty()) {
            Wrapping.lines(finding.advice(), 9).forEach(terminal::say);
        }
    }

    private static String level(StoreFinding finding) {
        return finding.level().name().toLowerCase(Locale.ROOT);
    }
}
