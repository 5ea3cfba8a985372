package io.reactivemqtt.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.Objects;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * A method of the client that does nothing: it returns null, 0 or false, or, where that is the fault, true.
 *
 * @param className behind {@code io.reactivemqtt.}
 */
record PlantedFault(String className, String method, boolean returnsTrue) {

    private static final String OURS = "io.reactivemqtt.";

    /** Returns it from {@code Class.method}, with {@code : true} behind it where that is what it returns. */
    static PlantedFault of(String text) {
        boolean returnsTrue = text.endsWith(": true");
        String place = returnsTrue ? text.substring(0, text.length() - ": true".length()) : text;
        int dot = place.lastIndexOf('.');
        return new PlantedFault(place.substring(0, dot), place.substring(dot + 1), returnsTrue);
    }

    /** Returns after how many runs of the simulation the fault is found, or -1. */
    int found(int runs) throws ReflectiveOperationException {
        Method search = new Loader().loadClass(Simulation.class.getName()).getDeclaredMethod("firstToFail", int.class);
        search.setAccessible(true);
        return (int) search.invoke(null, runs);
    }

    private byte[] plantedIn(byte[] original) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        boolean[] planted = {false};
        new ClassReader(original)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, writer) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String descriptor, String signature, String[] exceptions) {
                                MethodVisitor visitor =
                                        super.visitMethod(access, name, descriptor, signature, exceptions);
                                if (!name.equals(method) || (access & Opcodes.ACC_SYNTHETIC) != 0) {
                                    return visitor;
                                }
                                planted[0] = true;
                                returnAtOnce(visitor, Type.getReturnType(descriptor));
                                return new MethodVisitor(Opcodes.ASM9) {}; // what stood there
                            }
                        },
                        0);
        if (!planted[0]) {
            throw new IllegalStateException("there is no " + this + " any more");
        }
        return writer.toByteArray();
    }

    private void returnAtOnce(MethodVisitor visitor, Type type) {
        visitor.visitCode();
        if (type.getSort() == Type.OBJECT || type.getSort() == Type.ARRAY) {
            visitor.visitInsn(Opcodes.ACONST_NULL);
        } else if (type.getSort() == Type.LONG) {
            visitor.visitInsn(Opcodes.LCONST_0);
        } else if (type.getSort() != Type.VOID) {
            visitor.visitInsn(returnsTrue ? Opcodes.ICONST_1 : Opcodes.ICONST_0);
        }
        visitor.visitInsn(type.getOpcode(Opcodes.IRETURN));
        visitor.visitMaxs(2, 0);
        visitor.visitEnd();
    }

    @Override
    public String toString() {
        return className + "." + method + (returnsTrue ? ": true" : "");
    }

    /** Has classes of its own of all that is ours. */
    private final class Loader extends ClassLoader {

        Loader() {
            super(PlantedFault.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (!name.startsWith(OURS)) {
                    return super.loadClass(name, resolve);
                }
                Class<?> known = findLoadedClass(name);
                return known == null ? define(name) : known;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] original = Objects.requireNonNull(in).readAllBytes();
                byte[] bytes = name.equals(OURS + className) ? plantedIn(original) : original;
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
