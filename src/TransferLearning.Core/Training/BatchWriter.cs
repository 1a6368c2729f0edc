using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>
/// Writes the examples of a step into the buffers that a session reads. The last batch of an epoch is filled up with examples from its
/// beginning that have no share in the loss: every step has the same shape, every example counts once an epoch, and the statistics that
/// BatchNormalization takes from the batch are of real examples only.
/// </summary>
internal sealed class BatchWriter
{
    /// <summary>From so many elements of a batch on (4 MB), several threads write it.</summary>
    private const int ElementsForThreads = 1 << 20;

    private readonly TrainingExamples _examples;
    private readonly TrainingOptions _options;
    private readonly StepSession _session;
    private readonly float[] _classWeights;
    private readonly int[] _order;
    private readonly ActivationMap? _map;
    private readonly Row[] _rows;
    private readonly ParallelOptions _threads;

    /// <exception cref="ArgumentException">The options ask for CutMix, and the activations have no height and width.</exception>
    public BatchWriter(TrainingExamples examples, TrainingOptions options, StepSession session)
    {
        _examples = examples;
        _options = options;
        _session = session;
        _classWeights = WeightsOfClasses(examples.Labels, options, session.Graph.Classes);
        _order = new int[examples.Count];
        _rows = new Row[session.BatchSize];
        _threads = new ParallelOptions { MaxDegreeOfParallelism = options.Execution.EffectiveThreads };
        var graph = session.Graph;
        _map = options.CutMix > 0 ? ActivationMap.At(graph.InputName, graph.InputDimensions, graph.CutsAtInput) : null;
        StepsPerEpoch = (examples.Count + session.BatchSize - 1) / session.BatchSize;
    }

    /// <summary>The number of steps of an epoch.</summary>
    public int StepsPerEpoch { get; }

    /// <summary>Draws the order of an epoch; the same epoch has the same order in every run.</summary>
    public void Shuffle(int epoch)
    {
        for (int i = 0; i < _order.Length; i++)
            _order[i] = i;
        new SeededRandom(_options.Seed, RandomPurpose.Order, epoch).Shuffle(_order);
    }

    /// <summary>
    /// Writes activations, targets and dropout masks of a step. What is written depends on the epoch and the step alone.
    /// </summary>
    /// <returns>The number of examples that count.</returns>
    public int Write(BatchBuffers buffers, int epoch, int stepOfEpoch)
    {
        long step = (long)epoch * StepsPerEpoch + stepOfEpoch;
        int batch = _session.BatchSize;
        int first = stepOfEpoch * batch;
        int real = Math.Min(batch, _order.Length - first);
        var targets = buffers.Targets.Span;
        targets.Clear();
        var views = new SeededRandom(_options.Seed, RandomPurpose.View, step);
        var blends = new SeededRandom(_options.Seed, RandomPurpose.Mixup, step);
        var cuts = new SeededRandom(_options.Seed, RandomPurpose.CutMix, step);
        for (int i = 0; i < batch; i++)
        {
            int example = _order[(first + i) % _order.Length];
            var row = new Row(example, views.NextInt32(_examples.Views), Partner: example, Share: 1, Box: null);
            bool pastes = _map is not null && (_options.Mixup == 0 || cuts.NextInt32(2) == 0);
            if (pastes || _options.Mixup > 0)
            {
                int partner = _order[(first + (pastes ? cuts.NextInt32(real) : blends.NextInt32(real))) % _order.Length];
                row = pastes ? Paste(ref cuts, row, partner, _map!) : Blend(ref blends, row, partner);
                if (i < real)
                    AddTarget(targets, i, _examples.Labels[partner], 1 - row.Share);
            }

            if (i < real)
                AddTarget(targets, i, _examples.Labels[example], row.Share);
            _rows[i] = row;
        }

        WriteInputs(buffers.Input);
        TensorPrimitives.Multiply(targets, 1 / TensorPrimitives.Sum<float>(targets), targets);
        WriteMasks(buffers.Masks, step);
        return real;
    }

    /// <summary>How many of the first logits' rows have their highest value at the label.</summary>
    public int CountCorrect(int stepOfEpoch, int real)
    {
        int correct = 0;
        int classes = _session.Graph.Classes;
        for (int i = 0; i < real; i++)
        {
            int predicted = TensorPrimitives.IndexOfMax<float>(_session.Logits.Span.Slice(i * classes, classes));
            if (predicted == _examples.Labels[_order[stepOfEpoch * _session.BatchSize + i]])
                correct++;
        }

        return correct;
    }

    private void AddTarget(Span<float> targets, int row, int label, float share)
    {
        int classes = _session.Graph.Classes;
        float weight = _classWeights[label] * share;
        float smoothing = (float)_options.LabelSmoothing;
        var target = targets.Slice(row * classes, classes);
        TensorPrimitives.Add(target, weight * smoothing / classes, target);
        target[label] += weight * (1 - smoothing);
    }

    /// <summary>Draws from Beta(α, α) what an example keeps of itself when a partner is blended in.</summary>
    private Row Blend(ref SeededRandom random, Row row, int partner) =>
        row with { Partner = partner, Share = (float)LargerPart(random.NextBeta(_options.Mixup)) };

    /// <summary>Draws the rectangle of a partner that is pasted over an example; the example keeps the rest of the area.</summary>
    private Row Paste(ref SeededRandom random, Row row, int partner, ActivationMap map)
    {
        var box = map.DrawBox(ref random, 1 - LargerPart(random.NextBeta(_options.CutMix)));
        return row with { Partner = partner, Share = map.ShareOutside(box), Box = box };
    }

    /// <summary>Writes the activations as drawn, on several threads where they are many: a device would wait for them.</summary>
    private void WriteInputs(Memory<float> inputs)
    {
        if (inputs.Length >= ElementsForThreads && _examples.AreInMemory)
        {
            WriteOnThreads(inputs);
            return;
        }

        for (int i = 0; i < _rows.Length; i++)
            WriteInput(inputs, i);
    }

    /// <summary>Apart, since its closure is memory that a small batch does without.</summary>
    private void WriteOnThreads(Memory<float> inputs) => Parallel.For(0, _rows.Length, _threads, i => WriteInput(inputs, i));

    private void WriteInput(Memory<float> inputs, int index)
    {
        var row = _rows[index];
        var input = inputs.Span.Slice(index * _examples.Length, _examples.Length);
        var example = _examples[row.Example, row.View];
        if (row.Box is { } box)
        {
            example.CopyTo(input);
            _map!.Copy(_examples[row.Partner, row.View], input, box);
        }
        else if (row.Share < 1)
        {
            TensorPrimitives.Multiply(example, row.Share, input);
            TensorPrimitives.MultiplyAdd(_examples[row.Partner, row.View], 1 - row.Share, input, input);
        }
        else
        {
            example.CopyTo(input);
        }
    }

    /// <summary>An example keeps the larger part of itself, so that accuracy while training still means something.</summary>
    private static double LargerPart(double share) => Math.Max(share, 1 - share);

    private void WriteMasks(IReadOnlyList<Memory<float>> masks, long step)
    {
        var random = new SeededRandom(_options.Seed, RandomPurpose.Dropout, step);
        for (int m = 0; m < masks.Count; m++)
        {
            float ratio = _session.Graph.Masks[m].Ratio;
            float kept = 1 / (1 - ratio);
            foreach (ref float element in masks[m].Span)
                element = random.NextSingle() < ratio ? 0 : kept;
        }
    }

    private static float[] WeightsOfClasses(IReadOnlyList<int> labels, TrainingOptions options, int classes)
    {
        if (options.ClassWeights is { } given)
            return [.. given.Select(weight => (float)weight)];
        float[] weights = new float[classes];
        Array.Fill(weights, 1);
        if (!options.BalanceClasses)
            return weights;

        foreach (var group in labels.GroupBy(label => label))
            weights[group.Key] = (float)labels.Count / (classes * group.Count());
        return weights;
    }

    /// <summary>
    /// What a row of the batch holds: a view of an example, of which a partner takes the rest of the share or a rectangle.
    /// </summary>
    private readonly record struct Row(int Example, int View, int Partner, float Share, MapBox? Box);
}
