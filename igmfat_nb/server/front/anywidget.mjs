import * as base from '@jupyter-widgets/base';
import 'anywidget';
import { defined } from './amd.mjs';

export default defined(base);
