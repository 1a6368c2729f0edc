using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// dW of a depthwise convolution over a folded batch (one image whose columns are interleaved images): for each channel the products of
/// every output place with every input place, summed over the images, are one small matrix product dY·Xᵀ; an element of the kernel is
/// the sum of those entries whose places it connects, a product with a constant matrix of zeros and ones. More multiplications than
/// needed, but all of them in matrix products: 3 ms against 17 ms as a convolution, for 960 channels of 7×7 places and 32 images.
/// </summary>
internal static class PlaceProducts
{
    /// <summary>Beyond this many pairs of places the surplus of multiplications and memory outweighs.</summary>
    private const long MostPairs = 40_000;

    public static bool Fits(long[] shapeX, long[] shapeW, int group, WindowGeometry geometry)
    {
        if (shapeX[0] != 1 || group != shapeX[1] || group != shapeW[0])
            return false;
        var (interleaved, images) = geometry.Deinterleaved(1);
        return images > 1 && TensorShape.Count(interleaved.Input) * TensorShape.Count(interleaved.Output) <= MostPairs;
    }

    public static string Append(GraphBuilder graph, string x, string dy, long channels, long[] shapeW, WindowGeometry geometry)
    {
        var (interleaved, images) = geometry.Deinterleaved(1);
        long inputs = TensorShape.Count(interleaved.Input), outputs = TensorShape.Count(interleaved.Output);
        long elements = TensorShape.Count(interleaved.Kernel);
        string rowsY = graph.Reshape(dy, channels, outputs, images), rowsX = graph.Reshape(x, channels, inputs, images);
        string pairs = graph.Reshape(graph.MatMul(rowsY, graph.TransposeMatrix(rowsX, 3)), channels, outputs * inputs);
        string connections = graph.Initializer(graph.Unique("connections"), Connections(interleaved), [outputs * inputs, elements]);
        return graph.Reshape(graph.MatMul(pairs, connections), shapeW);
    }

    /// <summary>Row-major [outputs·inputs, kernel elements]: 1 where an element connects an output with an input place.</summary>
    public static float[] Connections(WindowGeometry geometry)
    {
        long inputs = TensorShape.Count(geometry.Input), outputs = TensorShape.Count(geometry.Output);
        long elements = TensorShape.Count(geometry.Kernel);
        float[] connections = new float[outputs * inputs * elements];
        for (long output = 0; output < outputs; output++)
        {
            for (long element = 0; element < elements; element++)
            {
                if (geometry.InputPlace(output, element) is { } input)
                    connections[(((output * inputs) + input) * elements) + element] = 1;
            }
        }

        return connections;
    }
}
