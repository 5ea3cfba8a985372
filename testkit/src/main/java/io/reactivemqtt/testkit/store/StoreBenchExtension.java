package io.reactivemqtt.testkit.store;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives each test its {@link StoreBench}, and closes that after it. */
final class StoreBenchExtension implements ParameterResolver, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(StoreBenchExtension.class);

    StoreBenchExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == StoreBench.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        StoreBench bench = new StoreBench((StoreUnderTest) context.getRequiredTestInstance());
        context.getStore(NAMESPACE).put(StoreBench.class, bench);
        return bench;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        StoreBench bench = context.getStore(NAMESPACE).remove(StoreBench.class, StoreBench.class);
        if (bench != null) {
            bench.close();
        }
    }
}
