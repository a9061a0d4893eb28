package io.backtestkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;

/** The arrows between the rooms of the house point one way. */
@AnalyzeClasses(packages = "io.backtestkit", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] CORE = {"io.backtestkit.signal", "io.backtestkit.store"};
    private static final String[] ENGINE = {
        "io.backtestkit.market",
        "io.backtestkit.strategy",
        "io.backtestkit.event",
        "io.backtestkit.profit",
        "io.backtestkit.statistics",
        "io.backtestkit.engine"
    };
    private static final String STORES = "io.backtestkit.store.*..";

    @ArchTest
    static final ArchRule core_sees_nothing_but_itself_and_the_json_streaming_library = classes()
            .that()
            .resideInAnyPackage(CORE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(CORE, "java..", "org.jspecify..", "com.fasterxml.jackson.core.."));

    @ArchTest
    static final ArchRule the_json_library_shows_in_no_public_signature = methods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(CORE)
            .and()
            .arePublic()
            .should()
            .notHaveRawReturnType(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "a Jackson class", type -> type.getPackageName().startsWith("com.fasterxml")));

    @ArchTest
    static final ArchRule the_engine_sees_the_core_alone_and_names_no_store = classes()
            .that()
            .resideInAnyPackage(ENGINE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(with(CORE, ENGINE), "java..", "org.jspecify.."));

    @ArchTest
    static final ArchRule no_store_sees_the_engine_or_the_command = noClasses()
            .that()
            .resideInAPackage(STORES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(with(ENGINE, "io.backtestkit.cli.."));

    @ArchTest
    static final ArchRule the_rules_of_a_tick_reach_no_store_event_file_or_clock = noClasses()
            .that()
            .haveSimpleName("SignalRules")
            .or()
            .haveSimpleName("BracketCheck")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.backtestkit.store..", "io.backtestkit.event..", "java.io..", "java.nio..");

    @ArchTest
    static final ArchRule the_engine_never_reads_the_wall_clock = noClasses()
            .that()
            .resideInAnyPackage(ENGINE)
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(InstantSource.class, "system")
            .orShould()
            .callMethod(Clock.class, "systemUTC");

    @ArchTest
    static final ArchRule packages_form_no_circle =
            slices().matching("io.backtestkit.(**)").should().beFreeOfCycles();

    private static String[] with(String[] some, String... more) {
        String[] all = java.util.Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
