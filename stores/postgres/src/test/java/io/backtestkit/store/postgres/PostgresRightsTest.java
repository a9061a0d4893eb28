package io.backtestkit.store.postgres;

import static io.backtestkit.store.postgres.PostgresFixture.assertRefused;
import static io.backtestkit.store.postgres.PostgresFixture.check;
import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreFinding.Level;
import io.backtestkit.testkit.SampleSignals;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a role needs, and what it is told that has less. */
class PostgresRightsTest {

    private final PostgresFixture fixture = new PostgresFixture(18, "");

    @AfterEach
    void removeSchema() {
        fixture.close();
    }

    /** Makes the role with every right on the schema, which is there, and returns the location it opens. */
    private String as(String role) {
        fixture.server.execute("drop role if exists " + role);
        fixture.server.execute("create role " + role + " login");
        fixture.server.execute("grant usage, create on schema " + fixture.quoted() + " to " + role);
        return fixture.location().replace("postgres@", role + "@");
    }

    @Test
    void aRoleThatMayNotMakeTablesIsTold() {
        fixture.server.execute("create schema " + fixture.quoted());
        String location = as("guest");
        fixture.server.execute("revoke create on schema " + fixture.quoted() + " from guest");

        assertRefused(
                location,
                "tables: none yet in schema '" + fixture.schema + "', and this role may not make them",
                "Let the owner run backtest-kit store init",
                "run: grant usage, create on schema " + fixture.quoted() + " to \"guest\".");
        assertRefused(
                location.replace("schema=" + fixture.schema, "schema=elsewhere"),
                "none yet in schema 'elsewhere'",
                "run: grant create on database \"postgres\" to \"guest\".");
        assertThat(refused(location)).extracting(StoreFinding::subject).containsExactly("tables");
    }

    @Test
    void aRoleWithoutRightsIsToldEachOfThemInAStatementThatGrantsIt() {
        fixture.open().close();
        String location = as("outsider");
        fixture.server.execute("revoke usage, create on schema " + fixture.quoted() + " from outsider");

        List<StoreFinding> refused = refused(location);

        assertThat(refused)
                .extracting(StoreFinding::subject)
                .containsExactly(
                        "schema " + fixture.schema,
                        "table schema_version",
                        "table signals",
                        "table signals_set_aside",
                        "table trades",
                        "table claims");
        assertThat(refused).extracting(StoreFinding::found).allMatch(found -> found.startsWith("closed to this role"));
        for (StoreFinding finding : refused) {
            assertThat(finding.advice()).startsWith("Run: grant ").endsWith(" to \"outsider\".");
            fixture.server.execute(finding.advice().replaceFirst("^Run: (.*)\\.$", "$1"));
        }
        assertThat(refused(location)).isEmpty();
        PostgresSignalStore.open(location).close();
    }

    @Test
    void aRightThatIsMissingHidesNothingElseThatIsWrongWithATable() {
        fixture.open().close();
        String location = as("looker");
        fixture.server.execute("grant select on all tables in schema " + fixture.quoted() + " to looker");
        fixture.server.execute("alter table " + fixture.quoted() + ".signals drop column signal_text");

        assertThat(refused(location))
                .filteredOn(finding -> finding.subject().equals("table signals"))
                .extracting(StoreFinding::found)
                .anyMatch(found -> found.startsWith("closed to this role for"))
                .anyMatch(found -> found.contains("signal_text"));
    }

    private static List<StoreFinding> refused(String location) {
        return check(location).stream()
                .filter(finding -> finding.level() == Level.REFUSED)
                .toList();
    }

    /** The server itself would pass it over, and tables would be looked for, and made, in the next. */
    @Test
    void aSchemaOfTheSearchPathThatIsClosedToTheRoleIsNotPassedOver() {
        fixture.open().close();
        String location = as("passer");
        fixture.server.execute("alter role passer set search_path = absent, " + fixture.quoted() + ", public");
        fixture.server.execute("grant select on all tables in schema " + fixture.quoted() + " to passer");
        fixture.server.execute("revoke usage on schema " + fixture.quoted() + " from passer");
        String pathed = location.replace("schema=" + fixture.schema + "&", "");
        assertThat(pathed).isNotEqualTo(location);

        assertThat(refused(pathed)).extracting(StoreFinding::subject).contains("schema " + fixture.schema);
        assertRefused(pathed, "schema " + fixture.schema + ": closed to this role for usage");
    }

    @Test
    void aRoleWithNoMoreThanItNeedsOpensTablesMadeForIt() {
        fixture.open().close();
        String location = as("trader");
        fixture.server.execute("revoke create on schema " + fixture.quoted() + " from trader");
        fixture.server.execute("grant select on " + fixture.quoted() + ".schema_version to trader");
        fixture.server.execute("grant select, insert, update, delete on " + fixture.quoted() + ".signals to trader");
        fixture.server.execute("grant select, insert, update on " + fixture.quoted() + ".claims to trader");
        fixture.server.execute("grant select, insert on " + fixture.quoted() + ".trades, " + fixture.quoted()
                + ".signals_set_aside to trader");

        try (PostgresSignalStore store = PostgresSignalStore.open(location)) {
            store.write(Samples.KEY, Samples.numbered(Samples.KEY, 1));
            store.end(SampleSignals.closed(Samples.numbered(Samples.KEY, 1)));
            assertThat(store.check()).extracting(StoreFinding::level).containsOnly(Level.OK);
        }
        fixture.server.execute("drop owned by trader");
        fixture.server.execute("drop role trader");
    }
}
