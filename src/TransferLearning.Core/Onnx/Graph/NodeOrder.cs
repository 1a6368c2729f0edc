using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// The order in which nodes can run. The standard demands it of files; some exporters do not keep it, so nodes out of order are sorted
/// and only a cycle or an unknown name is refused.
/// </summary>
internal static class NodeOrder
{
    /// <summary>Sorts the nodes, keeping the file's order where it can be kept.</summary>
    /// <param name="graph">The graph whose nodes are sorted.</param>
    /// <param name="known">Names that exist before any node runs: inputs, initializers and names of outer graphs.</param>
    /// <exception cref="OnnxGraphException">A name is unknown, or nodes wait for each other.</exception>
    public static void Sort(GraphProto graph, IReadOnlySet<string> known)
    {
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < graph.Node.Count; i++)
        {
            foreach (string output in graph.Node[i].Output)
            {
                if (output.Length > 0)
                    producers[output] = i;
            }
        }

        int count = graph.Node.Count;
        var consumers = new List<int>[count];
        int[] waiting = new int[count];
        bool sorted = true;
        for (int i = 0; i < count; i++)
        {
            consumers[i] = [];
            foreach (string input in InputsOf(graph.Node[i]).Distinct(StringComparer.Ordinal))
            {
                if (producers.TryGetValue(input, out int producer))
                {
                    // The lists are filled after this loop: a producer may come later.
                    waiting[i]++;
                    sorted &= producer < i;
                }
                else if (!known.Contains(input))
                {
                    throw new OnnxGraphException(
                        $"{graph.Node[i].Describe()} reads '{input}', which is neither an input, an initializer nor made by a node.");
                }
            }
        }

        if (!sorted)
            Rearrange(graph, producers, consumers, waiting);
    }

    /// <summary>What a node reads: its inputs, and what graphs nested in it read from outside themselves.</summary>
    public static IEnumerable<string> InputsOf(NodeProto node)
    {
        foreach (string input in node.Input)
        {
            if (input.Length > 0)
                yield return input;
        }

        foreach (var nested in ModelValidator.NestedGraphs(node))
        {
            var own = new HashSet<string>(StringComparer.Ordinal);
            own.UnionWith(nested.Input.Select(input => input.Name));
            own.UnionWith(nested.Initializer.Select(tensor => tensor.Name));
            own.UnionWith(nested.SparseInitializer.Select(tensor => tensor.Values?.Name ?? ""));
            own.UnionWith(nested.Node.SelectMany(inner => inner.Output));
            foreach (string name in nested.Node.SelectMany(InputsOf).Concat(nested.Output.Select(output => output.Name)))
            {
                if (!own.Contains(name))
                    yield return name;
            }
        }
    }

    private static void Rearrange(GraphProto graph, Dictionary<string, int> producers, List<int>[] consumers, int[] waiting)
    {
        var nodes = graph.Node.ToArray();
        for (int i = 0; i < nodes.Length; i++)
        {
            foreach (string input in InputsOf(nodes[i]).Distinct(StringComparer.Ordinal))
            {
                if (producers.TryGetValue(input, out int producer))
                    consumers[producer].Add(i);
            }
        }

        // A priority queue instead of a plain one keeps the order stable: of the nodes that can run, the first of the file runs first.
        var ready = new PriorityQueue<int, int>();
        for (int i = 0; i < nodes.Length; i++)
        {
            if (waiting[i] == 0)
                ready.Enqueue(i, i);
        }

        graph.Node.Clear();
        while (ready.TryDequeue(out int index, out _))
        {
            graph.Node.Add(nodes[index]);
            foreach (int consumer in consumers[index])
            {
                if (--waiting[consumer] == 0)
                    ready.Enqueue(consumer, consumer);
            }
        }

        if (graph.Node.Count < nodes.Length)
        {
            var stuck = nodes[Array.FindIndex(waiting, open => open > 0)];
            throw new OnnxGraphException($"{stuck.Describe()} is part of a cycle, or waits for one: its inputs depend on its own output.");
        }
    }
}
