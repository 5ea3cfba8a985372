package io.reactivemqtt.testsupport;

import java.io.PrintWriter;
import java.io.StringWriter;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;
import reactor.blockhound.integration.BlockHoundIntegration;

/** What BlockHound does in tests that have this module on the class path: it throws, and tells {@link BlockingCallGate}. */
public final class BlockHoundRules implements BlockHoundIntegration {

    /** BlockHound makes one. */
    public BlockHoundRules() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // how an event loop hands what it saw over to a test: it waits only for a thread that takes just now
        builder.allowBlockingCallsInside("java.util.concurrent.LinkedBlockingQueue", "offer");
        // Netty's allocator, which frees a part that another thread takes from just now, when it grows
        builder.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "allocate");
        builder.blockingMethodCallback(BlockHoundRules::onBlockingCall);
    }

    private static void onBlockingCall(BlockingMethod method) {
        BlockingOperationError error = new BlockingOperationError(method);
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        String call = Thread.currentThread().getName() + ": " + trace;
        if (!LeakGate.isOfServer(call)) {
            BlockingCallGate.add(call);
            throw error;
        }
    }
}
