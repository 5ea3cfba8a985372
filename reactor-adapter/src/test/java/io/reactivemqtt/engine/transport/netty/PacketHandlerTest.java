package io.reactivemqtt.engine.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.transport.Endpoint;
import io.reactivemqtt.engine.transport.Transport;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** What is read, in the pieces in which a read may bring it, by one who hears of it later. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PacketHandlerTest {

    static final Loop LOOP = new Loop() {
        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long epochMillis() {
            return 0;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Disposable schedule(Runnable task, long delayNanos) {
            return Disposables.disposed();
        }
    };

    /** As the engine in the middle of a turn: what is malformed closes nothing before the end of the read. */
    static final class Later implements TransportListener {
        final List<String> heard = new ArrayList<>();

        @Override
        public void opened(Transport transport) {
            heard.add("opened");
        }

        @Override
        public void packet(Packet packet) {
            heard.add(packet.getClass().getSimpleName());
        }

        @Override
        public void bytes() {
            heard.add("bytes");
        }

        @Override
        public void acknowledgement(PacketType type, int packetIdentifier) {
            heard.add(type + " " + packetIdentifier);
        }

        @Override
        public void malformed(ProtocolViolationException violation) {
            heard.add("malformed");
        }

        @Override
        public void readComplete() {
            heard.add("read");
        }

        @Override
        public void writabilityChanged(boolean writable) {
            heard.add("writable " + writable);
        }

        @Override
        public void closed(@Nullable Throwable cause) {
            heard.add("closed " + cause);
        }
    }

    private final Later listener = new Later();
    private final EmbeddedChannel channel = new EmbeddedChannel(new PacketHandler(
            LOOP,
            ClientOptions.of(options -> {}).session(),
            new Opening(Endpoint.of(URI.create("mqtt://localhost:1883")), null),
            listener));
    private final List<ByteBuf> given = new ArrayList<>();

    @AfterEach
    void keepsNothing() {
        channel.checkException();
        channel.finishAndReleaseAll();
        assertThat(given).allMatch(each -> each.refCnt() == 0);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** One read, in so many pieces. */
    private void read(byte[]... pieces) {
        List<ByteBuf> buffers =
                Arrays.stream(pieces).map(Unpooled::copiedBuffer).toList();
        buffers.stream().filter(ByteBuf::isReadable).forEach(given::add); // there is one empty buffer, for ever
        channel.writeInbound(buffers.toArray());
    }

    @Test
    void aPacketMayBeSplitWherever() {
        byte[] two = bytes(0x32, 8, 0, 1, 'a', 0, 1, 0, 'h', 'i', 0xD0, 0);
        for (int cut = 0; cut <= two.length; cut++) {
            listener.heard.clear();
            read(Arrays.copyOf(two, cut), Arrays.copyOfRange(two, cut, two.length));
            assertThat(listener.heard)
                    .filteredOn(what -> !what.equals("bytes"))
                    .containsExactly("Publish", "PingResp", "read");
        }
    }

    @Test
    void behindAnAcknowledgementNothingIsTakenForAnotherProtocol() {
        byte[] wrongFlags = bytes(0xDF, 0);
        read(bytes(0x40, 2, 0, 1), wrongFlags);
        assertThat(listener.heard).containsExactly("opened", "PUBACK 1", "malformed", "read");
    }

    @Test
    void whatStandsBehindAMalformedPacketIsNotLookedAt() {
        read(bytes(0xD0, 0, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xD0, 0));
        read(bytes(0xD0, 0));
        assertThat(listener.heard).containsExactly("opened", "PingResp", "malformed", "read");
    }

    @Test
    void aPacketThatIsSplitAndMalformedEndsAtItsRest() {
        read(bytes(0xD0, 0));
        listener.heard.clear();
        read(bytes(0x00), bytes(0x00, 0x01), bytes(0xD0, 0));
        assertThat(listener.heard).containsExactly("bytes", "malformed", "read");
    }

    @Test
    void aLengthThatIsNoneEndsAtItsFifthByte() {
        read(bytes(0xD0, 0));
        listener.heard.clear();
        read(bytes(0x30, 0xFF, 0xFF), bytes(0xFF, 0xFF, 0xFF, 0xFF));
        assertThat(listener.heard).containsExactly("bytes", "malformed", "read");
    }
}
