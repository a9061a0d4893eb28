package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the documentation asks the tables is answered by them. */
class DocumentedQueriesTest {

    private static final Pattern BLOCK = Pattern.compile("```sql\n(.*?);\n```", Pattern.DOTALL);

    private static List<String> queries() throws IOException {
        return BLOCK.matcher(Files.readString(Path.of("../../docs/databases.md")))
                .results()
                .map(MatchResult::group)
                .map(block -> block.substring("```sql\n".length(), block.length() - "```".length()))
                .toList();
    }

    @Test
    void theQueriesOfTheDocumentationFindWhatIsHeldAndWhatCameOfIt() throws IOException {
        try (PostgresFixture fixture = new PostgresFixture(18, "")) {
            SignalKey ended = new SignalKey("breakout", "ETHUSDT");
            Signal held = SampleSignals.openLong(SampleSignals.key()).build();
            try (SignalStore store = fixture.open()) {
                store.write(held.key(), held);
                store.end(SampleSignals.closed(SampleSignals.openLong(ended).build()));
            }
            String inSchema = "set search_path = " + fixture.quoted() + "; ";

            assertThat(queries()).hasSize(2);
            assertThat(fixture.server.rows(inSchema, queries().get(0)))
                    .singleElement()
                    .asString()
                    .startsWith(held.key().strategy() + "|" + held.key().symbol() + "|long|"
                            + held.priceOpen().toPlainString() + "|");
            assertThat(fixture.server.rows(inSchema, queries().get(1)))
                    .singleElement()
                    .asString()
                    .matches("breakout\\|ETHUSDT\\|take_profit\\|1\\|-?[0-9.]+");
        }
    }
}
