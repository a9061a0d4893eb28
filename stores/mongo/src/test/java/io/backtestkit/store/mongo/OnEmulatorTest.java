package io.backtestkit.store.mongo;

/** The suite on the emulator: always there, and no proof of what a real server does. */
class OnEmulatorTest extends MongoSuite {

    @Override
    TestServer server() {
        return Emulator.shared();
    }
}
