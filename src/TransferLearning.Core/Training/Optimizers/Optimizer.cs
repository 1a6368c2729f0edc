namespace TransferLearning;

/// <summary>
/// Turns gradients into new weights. On the processor that is one pass over memory, in place; where weights stay on a device, the same rule
/// is written as nodes of the step graph.
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

    /// <summary>
    /// The numbers that change with every step, for <see cref="OptimizerNodes.Scalars"/>; the first is the learning rate.
    /// </summary>
    /// <param name="learningRate">The learning rate before the factors of single layers.</param>
    /// <param name="step">The number of the update, from 1.</param>
    /// <param name="scalars">Receives <see cref="ScalarCount"/> numbers.</param>
    public virtual void Scalars(double learningRate, long step, Span<float> scalars) => scalars[0] = (float)learningRate;

    /// <summary>How many numbers change with every step.</summary>
    public virtual int ScalarCount => 1;

    /// <summary>Writes the rule as nodes.</summary>
    /// <param name="nodes">Where to, and on which tensors.</param>
    /// <returns>The new weights and slots.</returns>
    public abstract (string Weights, IReadOnlyList<string> Slots) Append(OptimizerNodes nodes);

    /// <summary>Updates one run of weights; offset and length are multiples of <see cref="ParameterStore.Alignment"/>.</summary>
    protected abstract void Update(
        ParameterStore parameters, int offset, int length, float rate, float decay, float gradientScale, long step);
}
