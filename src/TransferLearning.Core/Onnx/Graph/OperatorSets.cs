using System.Collections.Frozen;

namespace TransferLearning.Onnx;

/// <summary>The operators of the standard set that ONNX Runtime 1.31 registers, by the first set (from 7 on) that has them.</summary>
internal static class OperatorSets
{
    /// <summary>Operator → the first operator set in which it can be used.</summary>
    public static FrozenDictionary<string, int> FirstSet { get; } = Build();

    private static FrozenDictionary<string, int> Build()
    {
        (int Set, string Operators)[] table =
        [
            (7, """
                Abs Acos Add Affine And ArgMax ArgMin Asin Atan AveragePool BatchNormalization Cast Ceil Clip Concat Constant
                Conv ConvTranspose Cos Crop DepthToSpace Div Dropout DynamicSlice Elu Equal Exp Flatten Floor GRU GRUUnit Gather
                Gemm GivenTensorFill GlobalAveragePool GlobalLpPool GlobalMaxPool Greater HardSigmoid Hardmax Identity If
                ImageScaler InstanceNormalization LRN LSTM LayerNormalization LeakyRelu Less Log LogSoftmax Loop LpNormalization
                LpPool MatMul Max MaxPool MaxRoiPool Mean MeanVarianceNormalization Min Mul Multinomial Neg Not Or PRelu Pad
                ParametricSoftplus Pow RNN RandomNormal RandomNormalLike RandomUniform RandomUniformLike Reciprocal ReduceL1
                ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu
                Reshape Scale ScaledTanh Selu Shape Sigmoid SimplifiedLayerNormalization Sin Size Slice Softmax Softplus
                Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Tan Tanh ThresholdedRelu Tile TopK Transpose Unsqueeze Upsample
                Xor
                """),
            (8, """
                Expand Scan
                """),
            (9, """
                Acosh Asinh Atanh Compress ConstantOfShape Cosh Erf EyeLike IsNaN MaxUnpool NonZero OneHot Scatter Shrink Sign
                Sinh TfIdfVectorizer Where
                """),
            (10, """
                ConvInteger DequantizeLinear IsInf MatMulInteger Mod NonMaxSuppression QLinearConv QLinearMatMul QuantizeLinear
                Resize ReverseSequence RoiAlign StringNormalizer
                """),
            (11, """
                BitShift ConcatFromSequence CumSum Det DynamicQuantizeLinear GatherElements GatherND Range Round ScatterElements
                ScatterND SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SplitToSequence
                Unique
                """),
            (12, """
                Celu Einsum GreaterOrEqual LessOrEqual NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss
                """),
            (14, """
                HardSwish Trilu
                """),
            (15, """
                Bernoulli CastLike Optional OptionalGetElement OptionalHasElement
                """),
            (16, """
                GridSample
                """),
            (17, """
                BlackmanWindow DFT HammingWindow HannWindow MelWeightMatrix STFT SequenceMap
                """),
            (18, """
                BitwiseAnd BitwiseNot BitwiseOr BitwiseXor CenterCropPad Col2Im GroupNormalization Mish
                """),
            (19, """
                DeformConv
                """),
            (20, """
                AffineGrid Gelu ImageDecoder RegexFullMatch StringConcat StringSplit
                """),
            (23, """
                Attention RMSNormalization RotaryEmbedding
                """),
            (24, """
                Swish TensorScatter
                """),
            (26, """
                BitCast CumProd
                """),
        ];

        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (set, operators) in table)
        {
            foreach (string name in operators.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                first.Add(name, set);
        }

        return first.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
