package dev.tidemill.engine.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;

/**
 * Native objects that live as long as a model does. What a single step makes lives in a {@link
 * PointerScope} of its own instead: nothing is left to the garbage collector, which does not see
 * how large native objects are.
 */
final class NativeScope implements AutoCloseable {
  private final List<PointerScope> scopes = new ArrayList<>();

  /** Runs what makes native objects; they live until {@link #close}. */
  <T> T keep(Supplier<T> maker) {
    try (PointerScope scope = new PointerScope()) {
      // Its end here only takes it from the thread's stack of scopes.
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
