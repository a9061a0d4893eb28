package io.backtestkit.laboratory.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A state and what is done from there. Its text is {@code held/write,delete}.
 *
 * @param base where it starts
 * @param steps what is done, at least one
 */
record Script(Base base, List<Step> steps) {

    Script {
        steps = List.copyOf(steps);
    }

    static Script parse(String text) {
        String[] parts = text.split("/", 2);
        List<Step> steps = Arrays.stream(parts[1].split(",")).map(Step::parse).toList();
        return new Script(Base.valueOf(parts[0].toUpperCase(Locale.ROOT)), steps);
    }

    Script and(Step next) {
        List<Step> longer = new ArrayList<>(steps);
        longer.add(next);
        return new Script(base, longer);
    }

    Step last() {
        return steps.get(steps.size() - 1);
    }

    boolean hasKill() {
        return steps.stream().anyMatch(Step::isKilled);
    }

    @Override
    public String toString() {
        return base + "/" + steps.stream().map(Step::toString).collect(Collectors.joining(","));
    }
}
