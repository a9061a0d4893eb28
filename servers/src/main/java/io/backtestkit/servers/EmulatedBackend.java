package io.backtestkit.servers;

import de.bwaldvogel.mongo.ServerVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;

/**
 * The memory of an emulator of MongoDB 5.0. It answers one request after the other, each with a copy: left to itself it hands
 * out what the next request changes, and breaks the connection when both happen at once.
 */
public class EmulatedBackend extends MemoryBackend {

    public EmulatedBackend() {
        version(ServerVersion.MONGO_5_0);
    }

    @Override
    public synchronized Document handleMessage(MongoMessage message) {
        return super.handleMessage(message).cloneDeeply();
    }
}
