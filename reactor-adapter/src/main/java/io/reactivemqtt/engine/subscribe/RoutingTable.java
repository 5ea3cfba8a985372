package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.engine.loop.CopiedLists;
import io.reactivemqtt.topic.TopicFilterTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The routes of this process: by Topic Filter, by Subscription Identifier and by Topic Name. Loop only. */
final class RoutingTable {

    private Map<TopicFilter, Route> routes = Map.of(); // idle clients come in thousands

    /** Null until there is a route: idle clients come in thousands. */
    private @Nullable TopicFilterTree<Route> tree;

    private @Nullable Consumer<Route> matcher;

    private final ArrayList<List<Route>> byIdentifier = new ArrayList<>();

    /** Null until there is a subscription: idle clients come in thousands. */
    private @Nullable SubscriptionIdentifiers identifiers;

    /** The routes of the Topic Name that came last, by its identity: most messages repeat the one before. */
    private final ArrayList<Route> matched = new ArrayList<>();

    private @Nullable TopicName matchedTopicName;

    /** Null until one has ended that matters. */
    private @Nullable EndedFilters ended;

    private SubscriptionIdentifiers identifiers() {
        SubscriptionIdentifiers known = identifiers;
        if (known == null) {
            known = new SubscriptionIdentifiers();
            identifiers = known;
        }
        return known;
    }

    /** The subscription of {@code topicFilter} has ended at the Server. */
    void ended(TopicFilter topicFilter) {
        EndedFilters known = ended;
        if (known == null) {
            known = new EndedFilters();
            ended = known;
        }
        known.add(topicFilter);
    }

    /** Tells whether a subscription has ended that {@code topicName} belongs to. */
    boolean hasEnded(TopicName topicName) {
        return ended != null && ended.match(topicName);
    }

    @Nullable
    Route get(TopicFilter topicFilter) {
        return routes.get(topicFilter);
    }

    /** Shows all routes to {@code action}, which changes none of them. */
    void forEach(Consumer<? super Route> action) {
        routes.values().forEach(action);
    }

    /** Returns all routes, as they are now. */
    List<Route> all() {
        return List.copyOf(routes.values());
    }

    /** Tells whether {@code route} is the present one of its filter. */
    boolean has(Route route) {
        return routes.get(route.topicFilter) == route;
    }

    boolean hasRoute(TopicFilter topicFilter) {
        return routes.containsKey(topicFilter);
    }

    /** Tells whether a route, with or without a subscriber, takes {@code topicName}. */
    boolean hasRoute(TopicName topicName) {
        return !matching(topicName).isEmpty();
    }

    /** Adds a route, which gets {@code identifier} unless the Session has another one for it; 0: a free one. */
    Route add(TopicFilter topicFilter, int identifier) {
        Route route = new Route(topicFilter, identifiers().claim(topicFilter, identifier));
        if (routes.isEmpty()) {
            routes = new HashMap<>();
        }
        routes.put(topicFilter, route);
        if (tree == null) {
            tree = new TopicFilterTree<>();
            matcher = matched::add;
        }
        tree.add(topicFilter, route);
        matchedTopicName = null;
        while (byIdentifier.size() <= route.identifier) {
            byIdentifier.add(List.of());
        }
        byIdentifier.set(route.identifier, CopiedLists.with(byIdentifier.get(route.identifier), route));
        return route;
    }

    void removeIfUnused(Route route) {
        if (route.streams.isEmpty() && route.unsubscribing == 0 && has(route)) {
            routes.remove(route.topicFilter);
            Objects.requireNonNull(tree).remove(route.topicFilter, route);
            matchedTopicName = null;
            byIdentifier.set(route.identifier, CopiedLists.without(byIdentifier.get(route.identifier), route));
        }
    }

    /** The Session does not have {@code topicFilter} any more, so its identifier is free. */
    void release(TopicFilter topicFilter) {
        if (identifiers != null) {
            identifiers.release(topicFilter);
        }
    }

    /** The recovered Session has {@code topicFilter} under {@code identifier}. */
    void stored(TopicFilter topicFilter, int identifier) {
        identifiers().stored(topicFilter, identifier);
    }

    /** Returns the filters that the Session has under {@code identifier}. */
    List<TopicFilter> stored(int identifier) {
        return identifiers == null ? List.of() : identifiers.filters(identifier);
    }

    /** Tells whether code of this process has asked for {@code topicFilter}, and the Session may have it. */
    boolean isClaimed(TopicFilter topicFilter) {
        return identifiers != null && identifiers.isClaimed(topicFilter);
    }

    /** Returns a claimed filter that takes {@code topicName}; null if there is none. */
    @Nullable
    TopicFilter claimedFor(TopicName topicName) {
        return identifiers == null ? null : identifiers.claimedFor(topicName);
    }

    /** Returns the routes that were asked for under {@code identifier}. */
    List<Route> byIdentifier(int identifier) {
        return identifier < byIdentifier.size() ? byIdentifier.get(identifier) : List.of();
    }

    /** Returns the routes that take {@code topicName}; until the next call. */
    @SuppressWarnings("ReferenceEquality") // the decoder has one object for a name that comes again
    List<Route> matching(TopicName topicName) {
        if (topicName != matchedTopicName) {
            matched.clear();
            if (tree != null && matcher != null) {
                tree.match(topicName, matcher);
            }
            matchedTopicName = topicName;
        }
        return matched;
    }
}
