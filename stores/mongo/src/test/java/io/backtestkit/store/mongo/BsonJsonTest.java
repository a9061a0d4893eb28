package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.testkit.HostileKeys;
import io.backtestkit.testkit.SampleSignals;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BsonJsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"b\":-0.39,\"c\":\"x\",\"d\":[true,false,null],\"e\":{\"f\":9007199254740993}}",
                "{\"a\":1,\"memo\":{\"$set\":\"a.b\",\"\":\"\",\"x.y\":\"\\u0000\"}}",
                "{\"a\":1,\"marks\":{\"best\":1.0,\"worst\":-0.0}}",
            })
    void whatHasAnExactFormComesBack(String json) {
        BsonDocument document = BsonJson.toBson(json);

        assertThat(document).doesNotContainKey(BsonJson.RAW);
        assertThat(BsonJson.toJson(document)).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2.50",
                "1e3",
                "1E400",
                "00",
                "123456789012345678901234567890",
                "[1,{\"deep\":[2.50]}]",
                "{\"$oid\":\"x\"}",
                "{\"a.b\":1}",
                "{\"\":1}",
                "\"\\ud800\"",
            })
    void whatHasNoneIsKeptAsText(String value) {
        String json = "{\"a\":1,\"odd\":" + (value.equals("00") ? "-0" : value) + "}";
        BsonDocument document = BsonJson.toBson(json);

        assertThat(document.keySet()).containsExactly("a", BsonJson.RAW);
        assertThat(BsonJson.toJson(document)).isEqualTo(json);
    }

    @Test
    void oddNamesAreKeptAsText() {
        String json = "{\"a\":1,\"$x\":1,\"b.c\":\"d\",\"\":null,\"rawFields\":{\"e\":2}}";

        assertThat(BsonJson.toBson(json).keySet()).containsExactly("a", BsonJson.RAW);
        assertThat(BsonJson.toJson(BsonJson.toBson(json))).isEqualTo(json);
    }

    @Test
    void randomSignalsComeBack() {
        Random random = new Random(20_240_115);
        for (int i = 0; i < 300; i++) {
            String json = SignalCodec.encode(
                    SampleSignals.withUnknownFields(SampleSignals.random(random, SampleSignals.key())));

            assertThat(SignalCodec.decode(BsonJson.toJson(BsonJson.toBson(json))))
                    .isEqualTo(SignalCodec.decode(json));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{a: {$oid: '507f1f77bcf86cd799439011'}}",
                "{a: {$numberDouble: 'NaN'}}",
                "{a: {$date: 0}}",
                "{memo: [{k: 'x'}]}",
                "{a: 1, rawFields: 7}",
            })
    void whatNoSignalHasIsRefused(String document) {
        assertThatExceptionOfType(SignalFormatException.class)
                .isThrownBy(() -> BsonJson.toJson(BsonDocument.parse(document)));
    }

    @Test
    void canonicalKeysNeverMeetAndCanBeReadBack() {
        Set<String> ids = new HashSet<>();
        for (SignalKey key : HostileKeys.all()) {
            String id = SignalDocument.id(key);
            assertThat(ids.add(id)).as(id).isTrue();
            assertThat(SignalDocument.key(new BsonString(id))).contains(key);
        }
        assertThat(SignalDocument.id(SampleSignals.key())).isEqualTo("breakout:BTCUSDT");
        for (String none : new String[] {"", ":", "a", "a:b:c", "a%zz:b", "a:b%"}) {
            assertThat(SignalDocument.key(new BsonString(none))).as(none).isEmpty();
        }
    }
}
