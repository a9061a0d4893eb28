package io.backtestkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MessageHeader;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EmulatedBackendTest {

    private final EmulatedBackend backend = new EmulatedBackend();

    @Test
    void anAnswerStaysAsItWasWhenTheNextRequestChangesWhatItTellsOf() {
        request(new Document("insert", "slots").append("documents", List.of(slot())));

        Document answer = request(new Document("find", "slots"));
        request(new Document("findAndModify", "slots")
                .append("query", slot())
                .append("update", new Document("$set", new Document("owner", "another"))));

        assertThat(batch(answer)).asInstanceOf(LIST).containsExactly(slot());
        assertThat(batch(request(new Document("find", "slots"))))
                .asInstanceOf(LIST)
                .containsExactly(slot().append("owner", "another"));
    }

    private static Document slot() {
        return new Document("_id", "breakout:BTCUSDT");
    }

    private Document request(Document command) {
        return backend.handleMessage(
                new MongoMessage(new EmbeddedChannel(), new MessageHeader(0, 1), command.append("$db", "trading")));
    }

    private static @Nullable Object batch(Document answer) {
        return answer.get("cursor") instanceof Document cursor ? cursor.get("firstBatch") : null;
    }
}
