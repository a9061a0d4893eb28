package io.backtestkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreLocationTest {

    @Test
    void aLocationIsTakenApart() {
        StoreLocation location = StoreLocation.parse("redis://:pw@host:6379/0?acceptLossWindow=1s&name=a%20b%26c");

        assertThat(location.scheme()).isEqualTo("redis");
        assertThat(location.address()).isEqualTo("//:pw@host:6379/0");
        assertThat(location.options()).containsEntry("acceptLossWindow", "1s").containsEntry("name", "a b&c");
        assertThat(location).hasToString("redis://***@host:6379/0");
    }

    @Test
    void aFolderIsShownAsItIs() {
        assertThat(StoreLocation.parse("file:./data@home")).hasToString("file:./data@home");
        assertThat(StoreLocation.parse("memory:?")).hasToString("memory:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:secret@host",
                "redis://user:secret@host:1/0?x=1",
                "redis://user:a@secret@host/0",
                "redis:user:secret@host",
                "redis://host?password=secret",
                "redis://user:a/secret@host",
                "user:secret@host/db",
                "mongodb://u:secret@h1,h2/db",
                "redis://u:#secret@host"
            })
    void noPasswordIsShown(String text) {
        assertThat(StoreLocation.parse(text).toString()).doesNotContain("secret");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SignalStores.open(text.replaceFirst("^[a-z]+", "unknown")))
                .satisfies(e -> assertThat(e.getMessage()).contains("unknown").doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:se?secret@host", "redis://u:p@x?secret@host/0", "REDIS://u:secret@host",
                        "REDIS://u:x?secret@host",
                ":secret@host", "redis://u:secret@host?x", "redis://u:secret@host?x=1&x=2",
                        "redis://host?password=secret%zz",
                "redis://u:secret@host?=secret"
            })
    void noPasswordIsInAMessage(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> StoreLocation.parse(text))
                .satisfies(e -> {
                    assertThat(e.getMessage()).startsWith("Cannot open store '").doesNotContain("secret");
                    assertThat(e.getCause()).isNull();
                });
    }

    @Test
    void aFaultyLocationSaysWhatToDo() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> StoreLocation.parse("./data"))
                .withMessage("Cannot open store './data': it has no scheme. For a folder, write file:./data");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> StoreLocation.parse("file:./data?sync"))
                .withMessageContaining("the option 'sync' has no value");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> StoreLocation.parse("file:./data?a=1&a=2"))
                .withMessageContaining("the option 'a' is there twice");
    }

    @Test
    void anUnknownSchemeNamesTheKnownOnes() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SignalStores.open("floppy:a"))
                .withMessageContainingAll("Cannot open store 'floppy:a'", "the scheme 'floppy'", "Known: memory.");
    }

    @Test
    void theMemoryStoreIsFoundAndTakesNoOptions() {
        try (SignalStore store = SignalStores.open("memory:")) {
            assertThat(store).isInstanceOf(InMemorySignalStore.class);
            assertThat(store.describe()).isEqualTo("memory:");
        }
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SignalStores.open("memory:x"))
                .withMessageContaining("takes no address");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> SignalStores.open("memory:?a=1"));
    }
}
