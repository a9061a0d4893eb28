package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;

class FailuresTest {

    private static String reported(Throwable failure) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        assertThat(new Failures(stream, new String[0]).report(failure)).isEqualTo(1);
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aStoreWithoutItsClientNamesTheClassThatIsMissing() {
        Throwable lacking = new NoClassDefFoundError("com/example/Client")
                .initCause(new ClassNotFoundException("com.example.Client"));

        for (Throwable failure : new Throwable[] {lacking, new ServiceConfigurationError("a provider", lacking)}) {
            assertThat(reported(failure))
                    .contains("the class path lacks com.example.Client.", "to BACKTEST_KIT_CLASSPATH.")
                    .doesNotContain("the program itself failed");
        }
    }

    @Test
    void aProviderThatCannotBeFoundIsQuoted() {
        assertThat(reported(new ServiceConfigurationError("Provider com.example.Gone not found")))
                .contains("Cannot load what the class path offers", "com.example.Gone not found");
    }

    @Test
    void aClassThatFailedToBeginIsNotTakenForMissing() {
        assertThat(reported(new NoClassDefFoundError("Could not initialize class com.example.Client")))
                .contains("the program itself failed");
    }
}
