package dev.tidemill.dashboard;

import io.javalin.http.sse.SseClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each open page the view of its model every second. A page that does not keep up misses
 * views: it holds up no other one, and nothing queues.
 */
final class ViewStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ViewStream.class);
  private static final int MOST_PAGES = 64;

  private final UnaryOperator<String> view;
  private final List<Page> pages = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(daemon("dashboard-clock"));

  /** As many threads as pages, because sending to a page that does not read blocks. */
  private final ExecutorService senders =
      new ThreadPoolExecutor(
          0,
          MOST_PAGES,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          daemon("dashboard-sender"));

  /**
   * @param view returns the view of a model as JSON
   */
  ViewStream(UnaryOperator<String> view) {
    this.view = view;
    var unused = clock.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
  }

  /** Adds a page until it closes. */
  void add(SseClient client, String model) {
    if (pages.size() >= MOST_PAGES) {
      client.sendEvent("refused", "more than " + MOST_PAGES + " pages are open");
      client.close();
      return;
    }
    client.keepAlive();
    Page page = new Page(client, model, new AtomicBoolean());
    client.onClose(() -> pages.remove(page));
    pages.add(page);
    send(page, view.apply(model));
  }

  private void tick() {
    try {
      Map<String, String> views = new HashMap<>();
      for (Page page : pages) {
        String text = views.computeIfAbsent(page.model(), view);
        send(page, text);
      }
    } catch (RuntimeException e) {
      LOG.error("a view of the dashboard cannot be made", e);
    }
  }

  private void send(Page page, String text) {
    if (!page.busy().compareAndSet(false, true)) {
      return;
    }
    try {
      senders.execute(
          () -> {
            try {
              page.client().sendEvent("view", text);
            } finally {
              page.busy().set(false);
            }
          });
    } catch (RejectedExecutionException e) {
      page.busy().set(false); // The server is closing.
    }
  }

  private static ThreadFactory daemon(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public void close() {
    clock.shutdownNow();
    pages.forEach(page -> page.client().close());
    senders.shutdownNow();
  }

  private record Page(SseClient client, String model, AtomicBoolean busy) {}
}
