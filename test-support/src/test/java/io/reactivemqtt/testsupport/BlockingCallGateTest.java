package io.reactivemqtt.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;

class BlockingCallGateTest {

    @Test
    void blockedEventLoopIsCaught() {
        EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            Future<?> blocked =
                    eventLoop.submit(BlockingCallGateTest::blockOnPurpose).awaitUninterruptibly();

            assertThat(blocked.cause()).isInstanceOf(BlockingOperationError.class);
            assertThat(BlockingCallGate.takeCalls(call -> call.contains("blockOnPurpose")))
                    .hasSize(1);
        } finally {
            eventLoop.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private static Void blockOnPurpose() throws InterruptedException {
        Thread.sleep(1);
        return null;
    }

    @Test
    void runWithBlockingCallsFailsAndShowsThem() {
        assertThatThrownBy(() -> BlockingCallGate.failOn(List.of("where it blocked")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("where it blocked");
    }
}
