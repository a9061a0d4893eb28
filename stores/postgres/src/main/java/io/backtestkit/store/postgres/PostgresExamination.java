package io.backtestkit.store.postgres;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreFinding.Level;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.UnreadableSignalException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Looks at what is in the tables, as far as this role may, after the preflight has looked at everything around it. */
final class PostgresExamination {

    /** A right, or the table itself. */
    private static final Set<String> MISSING = Set.of("42501", "42P01");

    private final PostgresDatabase database;
    private final PostgresSchema schema;
    private final List<StoreFinding> findings;

    PostgresExamination(PostgresDatabase database, PostgresSchema schema, List<StoreFinding> preflight) {
        this.database = database;
        this.schema = schema;
        findings = new ArrayList<>(preflight);
    }

    /** Returns what the preflight found, and every signal, claim and log of trades. */
    List<StoreFinding> of(SignalTable signals, PostgresClaims claims, PostgresTradeLog log) {
        look("signals", () -> signals(signals));
        if (schema.version() >= PostgresClaims.SINCE) {
            look("claims", () -> claims(claims));
        }
        look("trades", () -> trades(log));
        return findings;
    }

    private void signals(SignalTable signals) {
        database.run(Act.reading("check"), connection -> {
            signals.forEach(connection, row -> findings.add(row.finding(database.store())));
            return true;
        });
    }

    private void claims(PostgresClaims claims) {
        database.run(Act.reading("check the claims of"), connection -> {
            claims.check(connection, findings::add);
            return true;
        });
    }

    private void trades(PostgresTradeLog log) {
        for (SignalKey key : log.loggedKeys()) {
            try {
                findings.add(StoreFinding.readable(key, log.trades(key).size()));
            } catch (UnreadableSignalException e) {
                findings.add(StoreFinding.damaged("trades of " + key, e.found(), e.advice()));
            }
        }
        database.run(Act.reading("check the log of"), connection -> {
            log.keyless(connection, findings::add);
            return true;
        });
    }

    /** A table that cannot be read is a finding, not the end of the examination: most often the preflight has said why. */
    private void look(String table, Runnable part) {
        try {
            part.run();
        } catch (StoreRefusedException e) {
            String subject = "table " + table;
            boolean explained = e.getCause() instanceof SQLException cause
                    && MISSING.contains(String.valueOf(cause.getSQLState()))
                    && findings.stream()
                            .filter(finding -> finding.level() == Level.REFUSED)
                            .map(StoreFinding::subject)
                            .anyMatch(refused ->
                                    refused.equals(subject) || refused.equals(PostgresPreflight.subject(schema)));
            if (!explained) {
                findings.add(StoreFinding.refused(subject, e.found(), e.advice()));
            }
        }
    }
}
