package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void columnsAreAsWideAsTheirWidestCells() {
        assertThat(new TextTable("signal", ">entry")
                        .row("a/b", "1")
                        .row("dip-buyer/BTC", "800.25")
                        .lines())
                .containsExactly("signal          entry", "a/b                 1", "dip-buyer/BTC  800.25");
    }

    @Test
    void aFirstCellThatIsTooLongHasALineOfItsOwnAndIsNotCut() {
        String key = "s".repeat(90) + "/" + "x".repeat(90);

        assertThat(new TextTable("signal", ">entry")
                        .row("a/b", "1")
                        .row(key, "800")
                        .lines())
                .containsExactly("signal  entry", "a/b         1", key, "          800");
    }

    @Test
    void noOtherCellIsCutEither() {
        String wide = "9".repeat(100);

        assertThat(new TextTable("signal", ">entry").row("a/b", wide).lines())
                .containsExactly("signal  " + " ".repeat(95) + "entry", "a/b     " + wide);
    }
}
