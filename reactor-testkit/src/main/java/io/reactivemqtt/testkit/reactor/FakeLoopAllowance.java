package io.reactivemqtt.testkit.reactor;

import java.util.concurrent.ThreadPoolExecutor;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** For tests with BlockHound, which finds this by itself: the thread of a {@link FakeMqttClient} may wait for work. */
@SuppressWarnings("exports") // BlockHound alone calls it
public final class FakeLoopAllowance implements BlockHoundIntegration {

    /** BlockHound makes one. */
    public FakeLoopAllowance() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside(ThreadPoolExecutor.class.getName(), "getTask");
        builder.allowBlockingCallsInside(
                ThreadPoolExecutor.class.getName(), "execute"); // a lock that is held for a moment
    }
}
