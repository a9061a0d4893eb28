package io.backtestkit.store.file;

import static io.backtestkit.store.file.Samples.BTC;
import static io.backtestkit.store.file.Samples.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSignalStoreProviderTest {

    @Test
    void aFolderIsOpenedByEachWayToWriteIt(@TempDir Path folder) {
        Path relative = Path.of("").toAbsolutePath().relativize(folder);
        for (String location : List.of("file:" + folder, "file://" + folder, "file:" + relative)) {
            try (SignalStore store = SignalStores.open(location)) {
                store.write(BTC, open(BTC, "a1"));
                assertThat(store.durable()).isTrue();
            }
            try (SignalStore store = SignalStores.openReadOnly(location)) {
                assertThat(store.read(BTC)).contains(open(BTC, "a1"));
            }
        }
        try (SignalStore store = SignalStores.open("file:" + folder)) {
            assertThat(store.describe()).isEqualTo("file:" + folder);
        }
    }

    @Test
    void everyFaultOfALocationIsNamed() {
        assertThatThrownBy(() -> SignalStores.open("file:"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot open store 'file:': it names no folder."
                        + " Write file:./data or file:/var/lib/backtest-kit.");
        assertThatThrownBy(() -> SignalStores.open("file:./data?sync=off&cache=1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'cache', 'sync'");
        assertThatThrownBy(() -> SignalStores.open("file://server/share"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it names a host, 'server'");
        assertThatThrownBy(() -> SignalStores.openReadOnly("file:?x=1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it names no folder; the option 'x' is not known");
        assertThatThrownBy(() -> SignalStores.open("file:a\0b")).isInstanceOf(IllegalArgumentException.class);
    }
}
