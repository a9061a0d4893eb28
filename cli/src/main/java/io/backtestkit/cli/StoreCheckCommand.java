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
    private static final int SUBJECT_MOST = 30;
    private static final int GAP = 2;

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
            return new Examined(opened.describe(), Listing.check(opened));
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
                        + Naming.counted(findings.size(), "finding", "findings") + (bad() == 1 ? " needs" : " need")
                        + " a decision. Follow the advice given with each.");
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
        table(examined.findings()).forEach(terminal::say);
        if (examined.bad() == 0) {
            terminal.say("Nothing is damaged in %s.", where);
        }
    }

    /** Returns a table whose last column is as many lines high as it takes; what is too long for the second goes before. */
    private static List<String> table(List<StoreFinding> findings) {
        int widest = findings.stream()
                .mapToInt(finding -> finding.subject().length())
                .filter(length -> length <= SUBJECT_MOST)
                .max()
                .orElse(0);
        int indent = LEVEL_WIDTH + Math.max(widest, "subject".length()) + GAP;
        List<String> lines = new ArrayList<>();
        lines.add(row("level", "subject", indent) + "found");
        for (StoreFinding finding : findings) {
            List<String> texts = new ArrayList<>(Wrapping.lines(finding.found(), indent));
            if (!finding.advice().isEmpty()) {
                texts.addAll(Wrapping.lines(finding.advice(), indent));
            }
            String first = row(level(finding), finding.subject(), indent);
            if (first.length() > indent) {
                lines.add(first.strip());
            } else {
                texts.set(0, first + texts.get(0).substring(indent));
            }
            lines.addAll(texts);
        }
        return lines;
    }

    /** Returns the first two cells, filled up to where the third one begins unless they are longer. */
    private static String row(String level, String subject, int indent) {
        String cells = String.format(Locale.ROOT, "%-" + LEVEL_WIDTH + "s%s", level, subject);
        return cells.length() + GAP > indent ? cells + " ".repeat(GAP) : cells + " ".repeat(indent - cells.length());
    }

    private static String level(StoreFinding finding) {
        return finding.level().name().toLowerCase(Locale.ROOT);
    }
}
