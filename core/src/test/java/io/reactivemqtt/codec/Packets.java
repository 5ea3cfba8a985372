package io.reactivemqtt.codec;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static net.jqwik.api.Arbitraries.integers;
import static net.jqwik.api.Arbitraries.just;
import static net.jqwik.api.Arbitraries.longs;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.Will;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Builders;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Any packet that one of the two versions can say. */
final class Packets {

    private Packets() {}

    static Arbitrary<Packet> of5() {
        return Arbitraries.oneOf(List.of(
                connect5(),
                connAck5(),
                publish5(),
                acknowledgement(PubAck::new, PubAck.REASON_CODES),
                acknowledgement(PubRec::new, PubRec.REASON_CODES),
                acknowledgement(PubRel::new, PubRel.REASON_CODES),
                acknowledgement(PubComp::new, PubComp.REASON_CODES),
                subscribe5(),
                answer(SubAck::new, SubAck.REASON_CODES),
                Combinators.combine(identifier(), filter().list().ofMinSize(1).ofMaxSize(3), userProperties())
                        .as(Unsubscribe::new),
                answer(UnsubAck::new, UnsubAck.REASON_CODES),
                Arbitraries.of(PingReq.INSTANCE, PingResp.INSTANCE),
                disconnect5(),
                auth()));
    }

    static Arbitrary<Packet> of311() {
        return Arbitraries.oneOf(List.of(
                connect311(),
                Arbitraries.of(0, 1, 2, 3, 4, 5)
                        .flatMap(code -> Arbitraries.of(true, false).map(present -> ConnAck.builder()
                                .reasonCode(ReturnCodes.connectReasonCode(code))
                                .sessionPresent(present && code == 0)
                                .build())),
                Combinators.combine(message(just(MessageProperties.NONE)), identifier(), flag())
                        .as((message, identifier, dup) -> publish(message, identifier, dup, 0, List.of())),
                identifier().map(id -> new PubAck(id, ReasonCode.SUCCESS)),
                identifier().map(id -> new PubRec(id, ReasonCode.SUCCESS)),
                identifier().map(id -> new PubRel(id, ReasonCode.SUCCESS)),
                identifier().map(id -> new PubComp(id, ReasonCode.SUCCESS)),
                Combinators.combine(
                                identifier(),
                                Combinators.combine(filter(), Arbitraries.of(Qos.class))
                                        .as(TopicSubscription::of)
                                        .list()
                                        .ofMinSize(1)
                                        .ofMaxSize(3))
                        .as((id, subscriptions) -> new Subscribe(id, subscriptions, null, UserProperties.EMPTY)),
                Combinators.combine(
                                identifier(),
                                Arbitraries.of(
                                                ReasonCode.SUCCESS,
                                                ReasonCode.GRANTED_QOS_1,
                                                ReasonCode.GRANTED_QOS_2,
                                                ReasonCode.UNSPECIFIED_ERROR)
                                        .list()
                                        .ofMinSize(1)
                                        .ofMaxSize(3))
                        .as(SubAck::new),
                Combinators.combine(identifier(), filter().list().ofMinSize(1).ofMaxSize(3))
                        .as((id, filters) -> new Unsubscribe(id, filters, UserProperties.EMPTY)),
                identifier().map(id -> new UnsubAck(id, List.of())),
                Arbitraries.of(PingReq.INSTANCE, PingResp.INSTANCE),
                just(new Disconnect(ReasonCode.SUCCESS))));
    }

    static Arbitrary<Packet> packets(ProtocolVersion version) {
        return version == MQTT_5_0 ? of5() : of311();
    }

    /** Text with characters of one, two, three and four bytes in UTF-8, and with a byte order mark. */
    static Arbitrary<String> text() {
        return Arbitraries.of(
                        "a", "B", "/", "$", " ", "\u007F", "é", "€", "\uFEFF", "\uFFFF", "😀", "0123456789".repeat(13))
                .list()
                .ofMaxSize(5)
                .map(parts -> String.join("", parts));
    }

    static Arbitrary<TopicName> topic() {
        return text().filter(text -> !text.isEmpty()).map(TopicName::of);
    }

    static Arbitrary<TopicFilter> filter() {
        Arbitrary<String> level = Arbitraries.oneOf(text(), just("+"));
        Arbitrary<String> filter = Combinators.combine(level.list().ofMinSize(1).ofMaxSize(3), Arbitraries.of("", "/#"))
                .as((levels, end) -> String.join("/", levels) + end)
                .filter(levels -> !levels.isEmpty())
                .filter(levels -> List.of(levels.split("/", -1)).stream()
                        .allMatch(part -> part.length() == 1 || !part.contains("+")));
        return Arbitraries.oneOf(filter, filter.map(levels -> "$share/group/" + levels))
                .map(TopicFilter::of);
    }

    private static Arbitrary<Boolean> flag() {
        return Arbitraries.of(true, false);
    }

    private static Arbitrary<Integer> identifier() {
        return integers().between(1, 65_535);
    }

    private static Arbitrary<Long> unsigned32() {
        return longs().between(0, 0xFFFF_FFFFL);
    }

    static Arbitrary<Payload> binary() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(200).map(Payload::of);
    }

    private static Arbitrary<UserProperties> userProperties() {
        return Combinators.combine(text(), text())
                .as(UserProperty::new)
                .list()
                .ofMaxSize(3)
                .map(UserProperties::new);
    }

    private static Arbitrary<MessageProperties> messageProperties() {
        Arbitrary<MessageProperties> some = Combinators.combine(
                        flag(),
                        unsigned32().map(Duration::ofSeconds).injectNull(0.5),
                        text().injectNull(0.5),
                        topic().injectNull(0.5),
                        binary().injectNull(0.5),
                        userProperties())
                .as(MessageProperties::new);
        return Arbitraries.oneOf(just(MessageProperties.NONE), some);
    }

    private static Arbitrary<ApplicationMessage> message(Arbitrary<MessageProperties> properties) {
        return Combinators.combine(topic(), binary(), Arbitraries.of(Qos.class), flag(), properties)
                .as(ApplicationMessage::of);
    }

    static Arbitrary<Packet> publish5() {
        return Combinators.combine(
                        message(messageProperties()),
                        identifier(),
                        flag(),
                        Arbitraries.oneOf(just(0), identifier()),
                        integers().between(1, 268_435_455).list().ofMaxSize(3))
                .as(Packets::publish);
    }

    private static Packet publish(
            ApplicationMessage message, int identifier, boolean dup, int topicAlias, List<Integer> subscriptions) {
        return message.qos() == Qos.AT_MOST_ONCE
                ? new Publish(message, 0, false, topicAlias, subscriptions)
                : new Publish(message, identifier, dup, topicAlias, subscriptions);
    }

    private interface MakesAcknowledgement {
        Packet make(int identifier, ReasonCode reasonCode, @Nullable String reasonString, UserProperties properties);
    }

    private static Arbitrary<Packet> acknowledgement(MakesAcknowledgement packet, Set<ReasonCode> reasonCodes) {
        return Arbitraries.oneOf(
                identifier().map(id -> packet.make(id, ReasonCode.SUCCESS, null, UserProperties.EMPTY)),
                Combinators.combine(identifier(), Arbitraries.of(reasonCodes), text().injectNull(0.5), userProperties())
                        .as(packet::make));
    }

    private interface MakesAnswer {
        Packet make(int identifier, List<ReasonCode> codes, @Nullable String reasonString, UserProperties properties);
    }

    private static Arbitrary<Packet> answer(MakesAnswer packet, Set<ReasonCode> reasonCodes) {
        return Combinators.combine(
                        identifier(),
                        Arbitraries.of(reasonCodes).list().ofMinSize(1).ofMaxSize(4),
                        text().injectNull(0.5),
                        userProperties())
                .as(packet::make);
    }

    private static Arbitrary<Packet> subscribe5() {
        Arbitrary<TopicSubscription> subscription = Combinators.combine(
                        filter(), Arbitraries.of(Qos.class), flag(), flag(), Arbitraries.of(RetainHandling.class))
                .as((filter, qos, noLocal, asPublished, handling) -> TopicSubscription.of(filter, qos)
                        .withNoLocal(noLocal && !filter.isShared())
                        .withRetainAsPublished(asPublished)
                        .withRetainHandling(handling));
        return Combinators.combine(
                        identifier(),
                        subscription.list().ofMinSize(1).ofMaxSize(3),
                        integers().between(1, 268_435_455).injectNull(0.5),
                        userProperties())
                .as(Subscribe::new);
    }

    private static Arbitrary<Packet> disconnect5() {
        Arbitrary<Packet> full = Combinators.combine(
                        Arbitraries.of(Disconnect.REASON_CODES),
                        unsigned32().injectNull(0.5),
                        text().injectNull(0.5),
                        userProperties(),
                        text().injectNull(0.5))
                .as(Disconnect::new);
        return Arbitraries.oneOf(full, Arbitraries.of(Disconnect.REASON_CODES).map(Disconnect::new));
    }

    private static Arbitrary<Packet> auth() {
        Arbitrary<Packet> full = Combinators.combine(
                        Arbitraries.of(Auth.REASON_CODES),
                        text(),
                        binary().injectNull(0.5),
                        text().injectNull(0.5),
                        userProperties())
                .as(Auth::new);
        return Arbitraries.oneOf(full, just(new Auth(ReasonCode.SUCCESS, null, null, null, UserProperties.EMPTY)));
    }

    private static Arbitrary<Packet> connAck5() {
        return Builders.withBuilder(ConnAck::builder)
                .use(Arbitraries.of(ConnAck.REASON_CODES))
                .in(ConnAck.Builder::reasonCode)
                .use(unsigned32())
                .withProbability(0.5)
                .in(ConnAck.Builder::sessionExpiryIntervalSeconds)
                .use(identifier())
                .withProbability(0.5)
                .in(ConnAck.Builder::receiveMaximum)
                .use(Arbitraries.of(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE))
                .withProbability(0.5)
                .in(ConnAck.Builder::maximumQos)
                .use(flag())
                .withProbability(0.5)
                .in(ConnAck.Builder::retainAvailable)
                .use(longs().between(1, 0xFFFF_FFFFL))
                .withProbability(0.5)
                .in(ConnAck.Builder::maximumPacketSize)
                .use(text())
                .withProbability(0.5)
                .in(ConnAck.Builder::assignedClientIdentifier)
                .use(integers().between(0, 65_535))
                .withProbability(0.5)
                .in(ConnAck.Builder::topicAliasMaximum)
                .use(text())
                .withProbability(0.5)
                .in(ConnAck.Builder::reasonString)
                .use(userProperties())
                .withProbability(0.5)
                .in(ConnAck.Builder::userProperties)
                .use(flag())
                .withProbability(0.5)
                .in(ConnAck.Builder::wildcardSubscriptionAvailable)
                .use(flag())
                .withProbability(0.5)
                .in(ConnAck.Builder::subscriptionIdentifiersAvailable)
                .use(flag())
                .withProbability(0.5)
                .in(ConnAck.Builder::sharedSubscriptionAvailable)
                .use(integers().between(0, 65_535))
                .withProbability(0.5)
                .in(ConnAck.Builder::serverKeepAliveSeconds)
                .use(text())
                .withProbability(0.5)
                .in(ConnAck.Builder::responseInformation)
                .use(text())
                .withProbability(0.5)
                .in(ConnAck.Builder::serverReference)
                .use(text())
                .withProbability(0.5)
                .in(ConnAck.Builder::authenticationMethod)
                .use(binary())
                .withProbability(0.5)
                .in(ConnAck.Builder::authenticationData)
                .build(ConnAck.Builder::build);
    }

    private static Arbitrary<Packet> connect311() {
        Arbitrary<Will> will = message(just(MessageProperties.NONE)).map(Will::of);
        return Combinators.combine(
                        text(),
                        flag(),
                        integers().between(0, 65_535),
                        text().injectNull(0.5),
                        binary().injectNull(0.5),
                        will.injectNull(0.5))
                .as((clientIdentifier, cleanStart, keepAlive, userName, password, itsWill) -> new Connect(
                        MQTT_3_1_1,
                        clientIdentifier,
                        cleanStart,
                        keepAlive,
                        userName,
                        userName == null ? null : password,
                        itsWill,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        UserProperties.EMPTY,
                        null,
                        null));
    }

    private static Arbitrary<Packet> connect5() {
        Arbitrary<Will> will = Combinators.combine(
                        message(messageProperties()), unsigned32().map(Duration::ofSeconds))
                .as((message, delay) -> Will.of(message).withDelay(delay));
        Arbitrary<Connect> credentials = Combinators.combine(
                        text(),
                        flag(),
                        integers().between(0, 65_535),
                        text().injectNull(0.5),
                        binary().injectNull(0.5),
                        will.injectNull(0.5))
                .as((clientIdentifier, cleanStart, keepAlive, userName, password, itsWill) -> new Connect(
                        MQTT_5_0,
                        clientIdentifier,
                        cleanStart,
                        keepAlive,
                        userName,
                        password,
                        itsWill,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        UserProperties.EMPTY,
                        null,
                        null));
        Arbitrary<Connect> limits = Combinators.combine(
                        unsigned32().injectNull(0.5),
                        identifier().injectNull(0.5),
                        longs().between(1, 0xFFFF_FFFFL).injectNull(0.5),
                        integers().between(0, 65_535).injectNull(0.5),
                        flag().injectNull(0.5),
                        flag().injectNull(0.5))
                .as((expiry, receiveMaximum, size, aliases, responses, problems) -> new Connect(
                        MQTT_5_0,
                        "",
                        true,
                        0,
                        null,
                        null,
                        null,
                        expiry,
                        receiveMaximum,
                        size,
                        aliases,
                        responses,
                        problems,
                        UserProperties.EMPTY,
                        null,
                        null));
        return Combinators.combine(
                        credentials, limits, userProperties(), text().injectNull(0.5), binary().injectNull(0.5))
                .as((who, what, properties, method, data) -> new Connect(
                        MQTT_5_0,
                        who.clientIdentifier(),
                        who.cleanStart(),
                        who.keepAliveSeconds(),
                        who.userName(),
                        who.password(),
                        who.will(),
                        what.sessionExpiryIntervalSeconds(),
                        what.receiveMaximum(),
                        what.maximumPacketSize(),
                        what.topicAliasMaximum(),
                        what.requestResponseInformation(),
                        what.requestProblemInformation(),
                        properties,
                        method,
                        method == null ? null : data));
    }
}
