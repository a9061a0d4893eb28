package io.backtestkit.testkit;

import static io.backtestkit.testkit.KitRun.assertCaught;

import io.backtestkit.testkit.KitRun.UnderTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kit catches each store on a server written wrong in the group named for it. */
class WrongServersTest {

    @ParameterizedTest
    @EnumSource(value = ToyKind.class, mode = EnumSource.Mode.EXCLUDE, names = "CORRECT")
    void aStoreOnAServerWrittenWrongIsCaughtInItsGroup(ToyKind wrong) {
        assertCaught(wrong.name(), wrong.group(), wrong.mustCatchIt(UnderTest.class), () -> new ToyFixture(wrong));
    }
}
