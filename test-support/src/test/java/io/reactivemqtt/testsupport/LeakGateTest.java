package io.reactivemqtt.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeakGateTest {

    private static final String MARK = "lost on purpose by LeakGateTest";

    @Test
    void lostBufferIsCaught() {
        loseBuffer();

        assertThat(LeakGate.takeLeaks(leak -> leak.contains(MARK))).hasSize(1);
    }

    private static void loseBuffer() {
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16);
        buffer.touch(MARK);
    }

    @Test
    void releasedBufferIsNoLeak() {
        PooledByteBufAllocator.DEFAULT.directBuffer(16).touch(MARK).release();

        assertThat(LeakGate.takeLeaks(leak -> leak.contains(MARK))).isEmpty();
    }

    @Test
    void runWithLeaksFailsAndShowsThem() {
        assertThatThrownBy(() -> LeakGate.failOn(List.of("where it was made")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("1 buffer(s)")
                .hasMessageContaining("where it was made");
    }
}
