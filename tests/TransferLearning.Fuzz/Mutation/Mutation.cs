namespace TransferLearning.Fuzz;

/// <summary>Changes an input.</summary>
/// <param name="input">The input, which stays as it is.</param>
/// <param name="others">Inputs to take parts from, at least one.</param>
/// <param name="random">Decides what is changed.</param>
/// <returns>The changed input; the given one where this kind of change does not apply to it.</returns>
internal delegate byte[] Mutation(byte[] input, IReadOnlyList<byte[]> others, Random random);
