package dev.tidemill.trainer;

/** The data contract that a model was trained with is not on its topic, or says something else. */
public final class ContractChangedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ContractChangedException(String model, String topic, int contract, String trained, String found) {
    super(
        trained
            + " of model "
            + model
            + " was trained with data contract version "
            + contract
            + ", but topic "
            + topic
            + found
            + ". To continue, restore the former topic, or set topic.contract to it; or train"
            + " another model (--model NAME) from this one's weights (tidemill models export, then"
            + " --init)");
  }

  /** Another contract has the number of the one that a version was trained with. */
  static ContractChangedException replaced(String model, String topic, int contract, long version) {
    return new ContractChangedException(
        model,
        topic,
        contract,
        "version " + version,
        " was recreated: its version " + contract + " gives numbers another meaning");
  }

  /** The topic does not have the contract that a version was trained with. */
  static ContractChangedException missing(String model, String topic, int contract, long version) {
    return new ContractChangedException(
        model, topic, contract, "version " + version, " does not have it");
  }

  /** A contract changed after this trainer read it. */
  static ContractChangedException rewritten(String model, String topic, int contract) {
    return new ContractChangedException(
        model,
        topic,
        contract,
        "this term",
        " has another contract under that number now, so it was recreated");
  }
}
