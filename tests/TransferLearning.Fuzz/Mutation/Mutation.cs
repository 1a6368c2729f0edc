namespace TransferLearning.Fuzz;

/// <summary>Changes an input.</summary>
/// <param name="input">The input, which is not modified.</param>
/// <param name="others">Inputs from which parts are taken, at least one.</param>
/// <param name="random">Decides about the changes.</param>
/// <returns>The changed input; the given one if the mutation does not apply to it.</returns>
internal delegate byte[] Mutation(byte[] input, IReadOnlyList<byte[]> others, Random random);
