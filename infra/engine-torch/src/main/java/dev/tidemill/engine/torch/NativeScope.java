package dev.tidemill.engine.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * Owns native objects that live as long as a model. Objects of a single step belong to a {@link
 * PointerScope} instead. None is left to the garbage collector, which does not know the size of
 * native objects.
 */
final class NativeScope implements AutoCloseable {
  private final List<PointerScope> scopes = new ArrayList<>();

  /** Runs code that creates native objects and keeps them until {@link #close}. */
  <T> T keep(Supplier<T> maker) {
    try (PointerScope scope = new PointerScope()) {
      // After extend(), closing only removes the scope from the thread's stack.
      scope.extend();
      scopes.add(scope);
      return maker.get();
    }
  }

  @Override
  public void close() {
    scopes.forEach(PointerScope::deallocate);
    scopes.clear();
  }
}
