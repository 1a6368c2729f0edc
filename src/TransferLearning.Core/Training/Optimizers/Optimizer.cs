namespace TransferLearning;

/// <summary>
/// Turns gradients into new weights, in place and in one pass over memory. The pass runs on the host: the same rule as nodes of the step
/// graph takes twice as many passes, hundreds of nodes, and a second set of weights and slots.
/// </summary>
internal abstract class Optimizer
{
    /// <summary>How many numbers are remembered for each weight.</summary>
    public abstract int SlotCount { get; }

    /// <summary>The decay of weights, for those that decay.</summary>
    public abstract double WeightDecay { get; }

    /// <summary>Updates all weights of a store.</summary>
    /// <param name="parameters">The store; its gradients are read, its weights and slots changed.</param>
    /// <param name="learningRate">The learning rate before the factors of single layers.</param>
    /// <param name="gradientScale">What gradients are multiplied with first; below 1 where they are clipped.</param>
    /// <param name="step">The number of this update, from 1.</param>
    public void Update(ParameterStore parameters, double learningRate, float gradientScale, long step)
    {
        foreach (var group in parameters.Groups)
        {
            double decay = group.Decays ? WeightDecay : 0;
            Update(parameters, group.Offset, group.Length, (float)(learningRate * group.RateFactor), (float)decay, gradientScale, step);
        }
    }

    /// <summary>Updates one run of weights; offset and length are multiples of <see cref="ParameterStore.Alignment"/>.</summary>
    protected abstract void Update(
        ParameterStore parameters, int offset, int length, float rate, float decay, float gradientScale, long step);
}
