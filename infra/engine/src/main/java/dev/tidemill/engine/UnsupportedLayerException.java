package dev.tidemill.engine;

/** An engine cannot compute a layer of the spec. */
public final class UnsupportedLayerException extends UnsupportedSpecException {
  private static final long serialVersionUID = 1L;

  /**
   * Says which engine can.
   *
   * @param layer its full name
   * @param what its type, and what of it the engine lacks where it has the type
   * @param otherEngine one that has the layer
   */
  public UnsupportedLayerException(String engine, String layer, String what, String otherEngine) {
    super(engine, "compute layer " + layer + " (" + what + ")", otherEngine);
  }
}
