package io.backtestkit.store.mongo;

/** The suite on the server that was named; see {@link RealServer}. */
class OnRealServerTest extends RealServerSuite {

    @Override
    TestServer server() {
        return RealServer.shared();
    }
}
