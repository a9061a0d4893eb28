package io.backtestkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoreFindingTest {

    private static final List<StoreFinding> HARMLESS = List.of(
            StoreFinding.ok("the version", "7"),
            StoreFinding.warning("the role", "a superuser", "Use a lesser one."),
            StoreFinding.damaged("signal a/B", "cut off", "Look at it."),
            StoreFinding.warning("replicas", "2 of them", "Do not fail over."));

    @Test
    void everythingThatWasRefusedIsNamedAtOnceAndEachAdviceOnce() {
        List<StoreFinding> findings = new ArrayList<>(HARMLESS);
        findings.add(StoreFinding.refused("fsync", "off", "Switch it on."));
        findings.add(StoreFinding.refused("full_page_writes", "off", "Switch it on."));

        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> StoreFinding.requireNoneRefused("etcd://host", findings))
                .withMessage("Cannot open store etcd://host: fsync: off; full_page_writes: off. Switch it on.");
    }

    @Test
    void whatIsHarmlessPasses() {
        assertThatCode(() -> StoreFinding.requireNoneRefused("etcd://host", HARMLESS))
                .doesNotThrowAnyException();
    }

    @Test
    void everyWarningIsToldAndNothingElse() {
        List<String> told = new ArrayList<>();

        StoreFinding.logWarnings("etcd://host", HARMLESS, new RecordingLog(told));

        assertThat(told)
                .containsExactly(
                        "WARNING etcd://host: the role: a superuser. Use a lesser one.",
                        "WARNING etcd://host: replicas: 2 of them. Do not fail over.");
    }

    private record RecordingLog(List<String> told) implements System.Logger {

        @Override
        public String getName() {
            return "recording";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            told.add(level + " " + message);
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... values) {
            told.add(level + " " + format);
        }
    }

    @Test
    void whatCanBeReadNamesItsKeyOnce() {
        assertThat(StoreFinding.readable(TestSignals.open("a1")).found()).startsWith("'a1' ");
        assertThat(StoreFinding.readable(TestSignals.KEY, 1))
                .isEqualTo(StoreFinding.ok("trades of " + TestSignals.KEY, "1 trade readable"));
        assertThat(StoreFinding.readable(TestSignals.KEY, 62).found()).isEqualTo("62 trades readable");
    }
}
