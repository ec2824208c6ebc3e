package dev.tidemill.testbed.twin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.SimpleRemapper;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * A copy of a class whose bytecode has a seeded bug. It shows that a test of the class would find
 * that bug: the same scenario runs with the class, and must pass, and with the twin, and must fail.
 *
 * <p>A scenario is a class that uses the original. It is copied too, and its copy uses the twin.
 * Both copies have a new name in the original's package, because Lincheck caches what it
 * instruments by name. So in its report, {@code ArrivalQueueTwin1} is the class with the bug. Use a
 * nested class as a scenario, without private members, so that the copy can access all it uses.
 */
public final class BrokenTwin {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Class<?> original;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final List<Class<?>> users = new ArrayList<>();
  private final ClassNode twin;
  private final String suffix = "Twin" + COUNT.incrementAndGet();

  private BrokenTwin(Class<?> original) {
    this.original = original;
    this.twin = read(original);
    rename(original);
  }

  /** Creates a twin that is still the same as its original. */
  public static BrokenTwin of(Class<?> original) {
    return new BrokenTwin(original);
  }

  /**
   * Changes a method.
   *
   * @throws IllegalArgumentException if there is no such method, or the mutation does not change it
   */
  public BrokenTwin mutate(String method, Mutation mutation) {
    List<MethodNode> named = twin.methods.stream().filter(m -> m.name.equals(method)).toList();
    if (named.size() != 1) {
      throw new IllegalArgumentException(
          "%s has %d methods %s; a mutation needs exactly one"
              .formatted(original.getName(), named.size(), method));
    }
    if (!mutation.apply(named.get(0))) {
      throw new IllegalArgumentException(
          "the mutation does not change %s.%s".formatted(original.getName(), method));
    }
    return this;
  }

  /** Copies another class, too, so that it uses this twin. */
  public BrokenTwin usedBy(Class<?> user) {
    rename(user);
    users.add(user);
    return this;
  }

  /** Returns a copy of a scenario that uses this twin. Call it once. */
  public Class<?> in(Class<?> scenario) {
    rename(scenario);
    Class<?> unused = define(original, twin);
    users.forEach(user -> define(user, read(user)));
    return define(scenario, read(scenario));
  }

  /** Returns an instance of a copy of a scenario that uses this twin. Call it once. */
  public Runnable run(Class<? extends Runnable> scenario) {
    try {
      var constructor = in(scenario).getDeclaredConstructor();
      constructor.setAccessible(true);
      return (Runnable) constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          scenario.getName() + " needs a constructor without parameters", e);
    }
  }

  private void rename(Class<?> copied) {
    String name = Type.getInternalName(copied);
    names.put(name, name + suffix);
  }

  private Class<?> define(Class<?> neighbor, ClassNode node) {
    // A nested class's copy is none, because no other class lists it.
    node.nestHostClass = null;
    node.nestMembers = null;
    node.innerClasses.clear();
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    ClassVisitor renaming = new ClassRemapper(writer, new SimpleRemapper(Opcodes.ASM9, names));
    node.accept(renaming);
    try {
      return MethodHandles.privateLookupIn(neighbor, MethodHandles.lookup())
          .defineClass(writer.toByteArray());
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException("cannot copy " + neighbor.getName(), e);
    }
  }

  private static ClassNode read(Class<?> type) {
    String file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
    try (InputStream bytes = type.getResourceAsStream(file)) {
      if (bytes == null) {
        throw new IllegalArgumentException("no bytecode of " + type.getName());
      }
      ClassNode node = new ClassNode();
      new ClassReader(bytes).accept(node, 0);
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
