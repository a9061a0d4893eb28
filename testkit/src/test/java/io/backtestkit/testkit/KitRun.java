package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import java.util.List;
import java.util.function.Supplier;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs the kit on a store, inside a test. */
final class KitRun {

    static final int FEWEST_TESTS = 100;

    private KitRun() {}

    /** Run by the engine inside the tests, one store after the other. */
    static final class UnderTest extends SignalStoreConformance {

        private static Supplier<StoreFixture> current = () -> {
            throw new IllegalStateException("no fixture was set");
        };

        @Override
        protected StoreFixture fixture() {
            return current.get();
        }
    }

    static Events run(Supplier<StoreFixture> fixture, DiscoverySelector what) {
        UnderTest.current = fixture;
        return EngineTestKit.engine("junit-jupiter").selectors(what).execute().testEvents();
    }

    static Events runAll(Supplier<StoreFixture> fixture) {
        return run(fixture, selectClass(UnderTest.class));
    }

    static List<String> failures(Events events) {
        return events.failed().stream()
                .map(event -> event.getTestDescriptor().getUniqueId() + ": " + message(event))
                .toList();
    }

    private static String message(Event event) {
        return event.getPayload(TestExecutionResult.class)
                .flatMap(TestExecutionResult::getThrowable)
                .map(Throwable::getMessage)
                .orElse("");
    }

    static void assertAllGreen(Events events) {
        assertThat(failures(events)).isEmpty();
        assertThat(events.skipped().count()).as("skipped").isZero();
        assertThat(events.aborted().count()).as("aborted").isZero();
        assertThat(events.succeeded().count()).as("succeeded").isGreaterThan(FEWEST_TESTS);
    }

    static void assertCaught(String name, Class<?> group, Supplier<StoreFixture> fixture) {
        assertCaught(name, group, selectNestedClass(List.of(UnderTest.class), group), fixture);
    }

    static void assertCaught(String name, Class<?> group, DiscoverySelector what, Supplier<StoreFixture> fixture) {
        Events events = run(fixture, what);

        assertThat(failures(events)).isNotEmpty().allSatisfy(failure -> assertThat(failure)
                .contains("/[nested-class:" + group.getSimpleName() + "]")
                .contains(": [" + name + "] "));
        assertThat(events.skipped().count()).as("skipped").isZero();
    }
}
